import { createFunction } from '../lib/http/createFunction.ts';
import { getPhone } from '../lib/operations/getPhone.ts';

// Lambda waits for exports with a `then`: here, until the function is warm.
export const { handler, then } = createFunction(getPhone);
