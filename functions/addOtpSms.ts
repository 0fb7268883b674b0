import { serve } from '../lib/http/serve.ts';
import { addOtpSms } from '../lib/operations.ts';

export const handler = serve(addOtpSms);
