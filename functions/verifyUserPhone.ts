import { createFunction } from '../lib/http/createFunction.ts';
import { verifyUserPhone } from '../lib/operations/verifyUserPhone.ts';

// Lambda waits for exports with a `then`: here, until the function is warm.
export const { handler, then } = createFunction(verifyUserPhone);
