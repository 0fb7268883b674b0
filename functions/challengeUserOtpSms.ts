import { createFunction } from '../lib/http/createFunction.ts';
import { challengeUserOtpSms } from '../lib/operations/challengeUserOtpSms.ts';

// Lambda waits for exports with a `then`: here, until the function is warm.
export const { handler, then } = createFunction(challengeUserOtpSms);
