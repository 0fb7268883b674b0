import { serve } from '../lib/http/serve.ts';
import { checkOtpSms } from '../lib/operations.ts';

export const handler = serve(checkOtpSms);
