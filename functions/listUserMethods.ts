import { createFunction } from '../lib/http/createFunction.ts';
import { listUserMethods } from '../lib/operations/listUserMethods.ts';

// Lambda waits for exports with a `then`: here, until the function is warm.
export const { handler, then } = createFunction(listUserMethods);
