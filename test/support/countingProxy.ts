import { createServer, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { afterAll } from 'vitest';
import { freePort, LOOPBACK } from '../../infra/local/ports.ts';
import { callFunctionsAt } from './api.ts';
import { fromSetup } from './environment.ts';

/** A way to a DynamoDB that counts what passes. */
export type CountingProxy = {
  readonly endpoint: string;
  /** Requests by operation: `TransactWriteItems` → 3. */
  readonly requests: ReadonlyMap<string, number>;
  /** The actions that IAM must allow for what passed: those of a transaction are the ones of its parts. */
  readonly actions: Set<string>;
  close(): void;
};

/** Passes HTTP requests on to an endpoint and counts them by their DynamoDB operation. */
export const startCountingProxy = async (endpoint: string): Promise<CountingProxy> => {
  const requests = new Map<string, number>();
  const actions = new Set<string>();
  const port = await freePort();
  const server = createServer((incoming, outgoing) => {
    const operation = String(incoming.headers['x-amz-target']).replace(/^.*\./, '');
    requests.set(operation, (requests.get(operation) ?? 0) + 1);
    const { method = 'POST', url = '/', headers } = incoming;
    const onwards = request(new URL(url, endpoint), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onwards.once('error', () => outgoing.destroy());
    incoming.pipe(onwards);
    if (operation !== 'TransactWriteItems') actions.add(operation);
    else void json(incoming).then((body) => addParts(actions, body as Transaction));
  });
  await new Promise<void>((resolve) => server.listen(port, LOOPBACK, resolve));
  return {
    endpoint: `http://${LOOPBACK}:${port}`,
    requests,
    actions,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
};

/** Counts what the functions of the test file ask of the database of the run. */
export const countFunctions = async (): Promise<CountingProxy> => {
  const proxy = await startCountingProxy(fromSetup('AWS_ENDPOINT_URL_DYNAMODB'));
  afterAll(() => proxy.close());
  callFunctionsAt(proxy.endpoint);
  return proxy;
};

type Transaction = { readonly TransactItems: readonly Readonly<Record<string, unknown>>[] };

const addParts = (actions: Set<string>, { TransactItems }: Transaction): void => {
  for (const kind of TransactItems.flatMap((part) => Object.keys(part))) {
    actions.add(kind === 'ConditionCheck' ? 'ConditionCheckItem' : `${kind}Item`);
  }
};
