import { createFunction } from '../lib/http/createFunction.ts';
import { challengeOtpSms } from '../lib/operations/challengeOtpSms.ts';

// Lambda waits for exports with a `then`: here, until the function is warm.
export const { handler, then } = createFunction(challengeOtpSms);
