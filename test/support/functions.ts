import { createFunction as createFromSource } from '../../lib/http/createFunction.ts';
import type { OPERATIONS as ALL } from '../../lib/operations/index.ts';
import type { Operation } from '../../lib/operations/operation.ts';
import { bundle, deployedSettings, loadBundle } from './bundle.ts';

type Deployed = { readonly createFunction: typeof createFromSource; readonly OPERATIONS: typeof ALL };

const fromBundle = async (): Promise<typeof createFromSource> => {
  const code = `export * from './http/createFunction.ts'; export * from './operations/index.ts';`;
  const { exports } = await loadBundle<Deployed>(await bundle({ code }, await deployedSettings()));
  const { createFunction, OPERATIONS } = exports;
  const named = ({ rpc }: Operation): Operation => {
    const operation = Object.values(OPERATIONS).find((each) => each.rpc === rpc);
    if (!operation) throw new Error(`The bundle has no ${rpc}`);
    return operation;
  };
  return (operation, config) => createFunction(named(operation), config);
};

/** Makes the function of an operation: of the source, or with FUNCTIONS=deployed of a bundle as it is deployed. */
export const createFunction = process.env.FUNCTIONS === 'deployed' ? await fromBundle() : createFromSource;
