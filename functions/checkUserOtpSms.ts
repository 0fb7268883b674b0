import { createFunction } from '../lib/http/createFunction.ts';
import { checkUserOtpSms } from '../lib/operations/checkUserOtpSms.ts';

// Lambda waits for exports with a `then`: here, until the function is warm.
export const { handler, then } = createFunction(checkUserOtpSms);
