import { createFunction } from '../lib/http/createFunction.ts';
import { listAuthFactors } from '../lib/operations/listAuthFactors.ts';

// Lambda waits for exports with a `then`: here, until the function is warm.
export const { handler, then } = createFunction(listAuthFactors);
