import { createFunction } from '../lib/http/createFunction.ts';
import { unlockUserOtpSms } from '../lib/operations/unlockUserOtpSms.ts';

// Lambda waits for exports with a `then`: here, until the function is warm.
export const { handler, then } = createFunction(unlockUserOtpSms);
