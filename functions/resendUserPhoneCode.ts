import { createFunction } from '../lib/http/createFunction.ts';
import { resendUserPhoneCode } from '../lib/operations/resendUserPhoneCode.ts';

// Lambda waits for exports with a `then`: here, until the function is warm.
export const { handler, then } = createFunction(resendUserPhoneCode);
