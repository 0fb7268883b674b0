import { createFunction } from '../lib/http/createFunction.ts';
import { listUserFactors } from '../lib/operations/listUserFactors.ts';

// Lambda waits for exports with a `then`: here, until the function is warm.
export const { handler, then } = createFunction(listUserFactors);
