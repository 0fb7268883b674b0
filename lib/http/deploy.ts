import { type Config, readConfig } from '../config.ts';
import type { Operation } from '../operations.ts';
import { rehearse } from './rehearsal.ts';
import { requestLog } from './requestLog.ts';
import { chain, connect } from './serve.ts';

/**
 * What the module of a function exports: its handler, and a rehearsal that the runtime waits for.
 *
 * Lambda gives a whole core until a function is loaded, and little of one afterwards. What is begun while the module
 * loads must end before that, but CommonJS, which loads faster, has no top-level await. Lambda's runtime awaits what it
 * has loaded all the same, by `import` or from an async function, so exports with a `then` are waited for. Who takes the
 * handler without awaiting the exports gets it unrehearsed.
 */
export const deploy = (operation: Operation, config: Config = readConfig()) => {
  const parts = connect(operation, config);
  const handler = chain(operation, config, parts, requestLog(operation.rpc));
  let rehearsed: Promise<void> | undefined;
  return {
    handler,
    // biome-ignore lint/suspicious/noThenProperty: the runtime is meant to wait.
    then(loaded: (exports: { readonly handler: typeof handler }) => void): void {
      rehearsed ??= rehearse(parts, config);
      void rehearsed.then(() => loaded({ handler }));
    },
  };
};
