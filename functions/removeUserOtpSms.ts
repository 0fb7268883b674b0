import { createFunction } from '../lib/http/createFunction.ts';
import { removeUserOtpSms } from '../lib/operations/removeUserOtpSms.ts';

// Lambda waits for exports with a `then`: here, until the function is warm.
export const { handler, then } = createFunction(removeUserOtpSms);
