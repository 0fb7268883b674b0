import { createRpcFunction } from '../lib/rpc/createRpcFunction.ts';

// Lambda waits for exports with a `then`: here, until the function is warm.
export const { handler, then } = createRpcFunction();
