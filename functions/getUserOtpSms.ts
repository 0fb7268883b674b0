import { createFunction } from '../lib/http/createFunction.ts';
import { getUserOtpSms } from '../lib/operations/getUserOtpSms.ts';

// Lambda waits for exports with a `then`: here, until the function is warm.
export const { handler, then } = createFunction(getUserOtpSms);
