import { createVerifier } from '../auth/accessToken.ts';
import { type Config, readConfig } from '../config/config.ts';
import type { Operation } from '../operations/operations.ts';
import { createPublisher } from '../telemetry/publisher.ts';
import { createResources, performing } from './perform.ts';
import { rehearse } from './rehearsal.ts';
import { chain } from './serve.ts';

/** What the module of an operation's function exports. */
export const deploy = (operation: Operation, config: Config = readConfig()) => {
  const [verifier, resources] = [createVerifier(config.token), createResources(config)];
  const publish = createPublisher(config.env);
  const handler = chain(operation, verifier, performing(operation, resources), publish);
  return rehearsing(handler, () => rehearse(verifier, resources, publish));
};

/**
 * What the module of a function exports: its handler, and a rehearsal that the runtime waits for.
 *
 * Lambda gives a whole core until a function is loaded, and little of one afterwards. What is begun while the module
 * loads must end before that, but CommonJS, which loads faster, has no top-level await. Lambda's runtime awaits what it
 * has loaded all the same, by `import` or from an async function, so exports with a `then` are waited for. Who takes the
 * handler without awaiting the exports gets it unrehearsed.
 */
export const rehearsing = <Handler>(handler: Handler, rehearsal: () => Promise<void>) => {
  let rehearsed: Promise<void> | undefined;
  return {
    handler,
    // biome-ignore lint/suspicious/noThenProperty: the runtime is meant to wait.
    then(loaded: (exports: { readonly handler: Handler }) => void): void {
      rehearsed ??= rehearsal();
      const go = () => loaded({ handler });
      void rehearsed.then(go, go);
    },
  };
};
