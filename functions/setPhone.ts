import { createFunction } from '../lib/http/createFunction.ts';
import { setPhone } from '../lib/operations/setPhone.ts';

// Lambda waits for exports with a `then`: here, until the function is warm.
export const { handler, then } = createFunction(setPhone);
