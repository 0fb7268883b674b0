import { createFunction } from '../lib/http/createFunction.ts';
import { setUserPhone } from '../lib/operations/setUserPhone.ts';

// Lambda waits for exports with a `then`: here, until the function is warm.
export const { handler, then } = createFunction(setUserPhone);
