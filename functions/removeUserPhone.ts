import { createFunction } from '../lib/http/createFunction.ts';
import { removeUserPhone } from '../lib/operations/removeUserPhone.ts';

// Lambda waits for exports with a `then`: here, until the function is warm.
export const { handler, then } = createFunction(removeUserPhone);
