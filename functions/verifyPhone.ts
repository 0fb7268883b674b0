import { createFunction } from '../lib/http/createFunction.ts';
import { verifyPhone } from '../lib/operations/verifyPhone.ts';

// Lambda waits for exports with a `then`: here, until the function is warm.
export const { handler, then } = createFunction(verifyPhone);
