import { createFunction as createFromSource } from '../../lib/http/createFunction.ts';
import { createRpcFunction as createRpcFromSource } from '../../lib/rpc/createRpcFunction.ts';

const functions =
  process.env.FUNCTIONS === 'packaged'
    ? await import('../packaged/functions.ts')
    : { createFunction: createFromSource, createRpcFunction: createRpcFromSource };

/** Makes the function of an operation, or of RPC: of the source, or with FUNCTIONS=packaged in a process of its own. */
export const { createFunction, createRpcFunction } = functions;
