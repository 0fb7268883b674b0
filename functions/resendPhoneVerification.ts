import { serve } from '../lib/http/serve.ts';
import { resendPhoneVerification } from '../lib/operations.ts';

export const handler = serve(resendPhoneVerification);
