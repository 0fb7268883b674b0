import { serve as serveSource } from '../../lib/http/serve.ts';
import type { Operation } from '../../lib/operations/operations.ts';
import { bundle, deployedSettings, loadBundle } from './bundle.ts';

type Deployed = { readonly serve: typeof serveSource; readonly operations: Readonly<Record<string, Operation>> };

const fromBundle = async (): Promise<typeof serveSource> => {
  const code = `export { serve } from './http/serve.ts'; export * as operations from './operations/operations.ts';`;
  const { serve, operations } = (await loadBundle<Deployed>(await bundle({ code }, await deployedSettings()))).exports;
  const named = ({ rpc }: Operation): Operation => {
    const operation = Object.values(operations).find((each) => each.rpc === rpc);
    if (!operation) throw new Error(`The bundle has no ${rpc}`);
    return operation;
  };
  return (operation, config) => serve(named(operation), config);
};

/** The handler of an operation: of the source, or with FUNCTIONS=deployed of a bundle as it is deployed. */
export const serve = process.env.FUNCTIONS === 'deployed' ? await fromBundle() : serveSource;
