import type { Config } from '../../lib/config/config.ts';
import { createFunction as createFromSource } from '../../lib/http/createFunction.ts';
import { createSupportFunction as createSupportFromSource } from '../../lib/operator/createSupportFunction.ts';
import { createRpcFunction as createRpcFromSource } from '../../lib/rpc/createRpcFunction.ts';

const functions =
  process.env.FUNCTIONS === 'packaged'
    ? await import('../packaged/functions.ts')
    : {
        createFunction: createFromSource,
        createRpcFunction: createRpcFromSource,
        createSupportFunction: ({ env }: Config) => createSupportFromSource(env),
      };

/** Makes the function of an operation, of RPC, or of operators: of the source, or with FUNCTIONS=packaged in a process of its own. */
export const { createFunction, createRpcFunction, createSupportFunction } = functions;
