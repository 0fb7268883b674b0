import { randomUUID } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { LOOPBACK } from '../../infra/local/ports.ts';

/** An event for a function, and where its answer goes. */
type Invocation = {
  readonly id: string;
  readonly event: string;
  /** Milliseconds that the function has for it. */
  readonly remainingMs: number;
  readonly answer: (body: string) => void;
  readonly fail: (error: Error) => void;
};

/** Lambda's side of the Runtime API, for one process. */
export type RuntimeApi = {
  /** What AWS_LAMBDA_RUNTIME_API is. */
  readonly address: string;
  /** Resolves when the function has loaded and asks for its first event; rejects with why it cannot be loaded. */
  readonly ready: Promise<void>;
  /** Hands over an event; the answer is JSON. Rejects when the handler throws. */
  invoke(event: unknown, remainingMs: number): Promise<unknown>;
  /** Ends everything that is waited for with the error, and listens no more. */
  close(error: Error): void;
};

/** Starts the Runtime API for a process that is about to start. */
export const startRuntimeApi = async (functionArn: string): Promise<RuntimeApi> => {
  const { promise: ready, resolve: isReady, reject: isBroken } = Promise.withResolvers<void>();
  ready.catch(() => {}); // told to whoever waits for it
  const queue: Invocation[] = [];
  const open = new Map<string, Invocation>();
  let waiting: ServerResponse | undefined;

  const handOver = () => {
    const next = waiting && queue.shift();
    if (!next) return;
    open.set(next.id, next);
    waiting
      ?.writeHead(200, {
        'content-type': 'application/json',
        'lambda-runtime-aws-request-id': next.id,
        'lambda-runtime-deadline-ms': String(Date.now() + next.remainingMs),
        'lambda-runtime-invoked-function-arn': functionArn,
        'lambda-runtime-trace-id': `Root=1-${next.id.slice(0, 8)}-${next.id.replaceAll('-', '').slice(0, 24)};Sampled=0`,
      })
      .end(next.event);
    waiting = undefined;
  };

  const server = createServer(async (request, response) => {
    const path = request.url?.replace('/2018-06-01/runtime/', '') ?? '';
    if (path === 'invocation/next') {
      isReady();
      waiting = response;
      return handOver();
    }
    const body = await text(request);
    const [, id = '', how] = /^invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    if (path === 'init/error') isBroken(new Error(`The function cannot be loaded: ${body}`));
    else if (how === 'response') open.get(id)?.answer(body);
    else open.get(id)?.fail(new Error(`The handler threw: ${body}`));
    open.delete(id);
    response.writeHead(202).end();
  });
  await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));

  return {
    address: `${LOOPBACK}:${(server.address() as AddressInfo).port}`,
    ready,
    invoke: (event, remainingMs) =>
      new Promise((resolve, reject) => {
        const answer = (body: string) => resolve(JSON.parse(body));
        queue.push({ id: randomUUID(), event: JSON.stringify(event), remainingMs, answer, fail: reject });
        handOver();
      }),
    close(error) {
      isBroken(error);
      for (const { fail } of [...open.values(), ...queue]) fail(error);
      server.close();
      server.closeAllConnections();
    },
  };
};
