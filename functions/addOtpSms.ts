import { createFunction } from '../lib/http/createFunction.ts';
import { addOtpSms } from '../lib/operations/addOtpSms.ts';

// Lambda waits for exports with a `then`: here, until the function is warm.
export const { handler, then } = createFunction(addOtpSms);
