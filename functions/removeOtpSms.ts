import { serve } from '../lib/http/serve.ts';
import { removeOtpSms } from '../lib/operations.ts';

export const handler = serve(removeOtpSms);
