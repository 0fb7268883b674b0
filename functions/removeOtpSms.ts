import { createFunction } from '../lib/http/createFunction.ts';
import { removeOtpSms } from '../lib/operations/removeOtpSms.ts';

// Lambda waits for exports with a `then`: here, until the function is warm.
export const { handler, then } = createFunction(removeOtpSms);
