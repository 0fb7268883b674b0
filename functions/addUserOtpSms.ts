import { createFunction } from '../lib/http/createFunction.ts';
import { addUserOtpSms } from '../lib/operations/addUserOtpSms.ts';

// Lambda waits for exports with a `then`: here, until the function is warm.
export const { handler, then } = createFunction(addUserOtpSms);
