import { createFunction } from '../lib/http/createFunction.ts';
import { removePhone } from '../lib/operations/removePhone.ts';

// Lambda waits for exports with a `then`: here, until the function is warm.
export const { handler, then } = createFunction(removePhone);
