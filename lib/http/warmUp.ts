import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Verifier } from '../auth/accessToken.ts';
import { decideWith } from '../commands/command.ts';
import { accept } from '../domain/decision.ts';
import type { Dependencies } from '../operations/dependencies.ts';
import { defineOperation } from '../operations/operation.ts';
import type { Publish } from '../telemetry/report.ts';
import type { CreateHandler } from './createFunction.ts';
import { createOperationHandler } from './operationHandler.ts';
import { contextOfNobody, eventOfNobody, NOBODY } from './requestOfNobody.ts';

/**
 * What the module of a function exports: its handler, and a warm-up that the runtime waits for.
 *
 * Lambda gives a whole core until a function is loaded, and little of one afterwards. What is begun while the module
 * loads must end before that, but CommonJS, which loads faster, has no top-level await. Lambda's runtime awaits what it
 * has loaded all the same, by `import` or from an async function, so exports with a `then` are waited for. Who takes the
 * handler without awaiting the exports gets it cold.
 */
export const withWarmUp = <Handler>(handler: Handler, warmUp: () => Promise<unknown>) => {
  let warm: Promise<unknown> | undefined;
  return {
    handler,
    // biome-ignore lint/suspicious/noThenProperty: the runtime is meant to wait.
    then(loaded: (exports: { readonly handler: Handler }) => void): void {
      warm ??= warmUp();
      const go = () => loaded({ handler });
      void warm.then(go, go);
    },
  };
};

/** Milliseconds that a start may take longer: two fetches that hang are over by then, and Lambda gives ten seconds. */
const LIMIT_MS = 3_500;

const WARM_UP = defineOperation({
  service: 'zitadel.auth.v1.AuthService',
  rpc: 'WarmUp',
  http: 'POST /',
  summary: '',
  description: '',
  allows: { user: true },
  command: () => decideWith(() => accept()),
  view: () => ({}),
});

/**
 * Does beforehand what is slow the first time: fetches the signing keys, opens the connection to the database by reading
 * a user who is not there and the one to the key for codes by hashing something, and takes a request through the whole
 * chain. Nothing is written, sent or logged.
 *
 * Never fails and never takes long: what does not work now is told by the request that needs it.
 */
export const warmUp = async (
  verifier: Verifier,
  dependencies: Dependencies,
  publish: Publish,
  createHandler: CreateHandler,
): Promise<void> => {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, LIMIT_MS);
  const all = Promise.allSettled([
    verifier.warmUp(),
    ...dependencies.warmUps.map((part) => part()),
    request(dependencies, publish, createHandler),
  ]);
  await Promise.race([all, over]);
  clearTimeout(timer);
};

const request = async (dependencies: Dependencies, publish: Publish, createHandler: CreateHandler): Promise<void> => {
  const config = { ...dependencies.config, policy: { ...dependencies.config.policy, countries: 'all' as const } };
  const handle = createOperationHandler(WARM_UP, { ...dependencies, config, client: reading(dependencies.client) });
  const verifier = { verify: async () => NOBODY };
  const handler = createHandler(WARM_UP, verifier, handle, (report) => publish(report, () => {}));
  await handler(eventOfNobody('/'), contextOfNobody(LIMIT_MS));
};

/**
 * Sends queries, and nothing else: everything that writes is marshalled and signed, then given up before it is sent, and
 * seems to have been carried out.
 */
const reading = (client: DynamoDBDocumentClient): DynamoDBDocumentClient => {
  const send = (command: QueryCommand, options: object) =>
    command instanceof QueryCommand
      ? client.send(command, options)
      : client.send(command, { abortSignal: AbortSignal.abort() }).catch(() => ({}));
  return new Proxy(client, { get: (target, name) => (name === 'send' ? send : Reflect.get(target, name)) });
};
