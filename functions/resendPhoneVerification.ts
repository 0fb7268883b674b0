import { createFunction } from '../lib/http/createFunction.ts';
import { resendPhoneVerification } from '../lib/operations/resendPhoneVerification.ts';

// Lambda waits for exports with a `then`: here, until the function is warm.
export const { handler, then } = createFunction(resendPhoneVerification);
