import { createFunction } from '../lib/http/createFunction.ts';
import { checkOtpSms } from '../lib/operations/checkOtpSms.ts';

// Lambda waits for exports with a `then`: here, until the function is warm.
export const { handler, then } = createFunction(checkOtpSms);
