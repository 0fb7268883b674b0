import { serve } from '../lib/http/serve.ts';
import { challengeOtpSms } from '../lib/operations.ts';

export const handler = serve(challengeOtpSms);
