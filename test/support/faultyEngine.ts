import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { LOOPBACK } from '../../infra/local/ports.ts';
import { fromSetup } from './environment.ts';

/** The DynamoDB operations that an operation of the API is made of. */
export type Action = 'Query' | 'GetItem' | 'TransactWriteItems' | 'UpdateItem';

type Reply = { readonly status: number; readonly body: Buffer | string };

/** One attempt of the SDK on its way to the engine. */
export type Attempt = {
  /** Has the engine carry it out; the answer stays here. */
  apply(): Promise<Reply>;
  /** Sends an answer; ends when it is on the wire. */
  answer(reply: Reply): Promise<void>;
  /** Sends the first bytes of an answer and leaves the rest open. */
  begin(reply: Reply): void;
  /** Closes the connection with a TCP reset. */
  reset(): void;
  /** Closes the connection as a server that goes away does. */
  close(): void;
};

/** What becomes of an attempt. */
export type Fault = (attempt: Attempt) => void | Promise<void>;

/** Everything as it should be. */
export const pass: Fault = async (attempt) => attempt.answer(await attempt.apply());

/** The connection breaks before the engine hears of it. */
export const resetBefore: Fault = (attempt) => attempt.reset();

/** The engine does it and the answer is lost. */
export const resetAfter: Fault = async (attempt) => {
  await attempt.apply();
  attempt.reset();
};

/** The engine does it and the connection breaks in the middle of the answer. */
export const cutOff: Fault = async (attempt) => {
  attempt.begin(await attempt.apply());
  await sleep(20);
  attempt.reset();
};

/** The connection is closed in good order, without an answer. */
export const closed: Fault = (attempt) => attempt.close();

/** The engine does it, and its answer stops half-way while the connection stays open. */
export const stalled: Fault = async (attempt) => attempt.begin(await attempt.apply());

/** Nobody ever answers. */
export const silent: Fault = () => {};

/** The engine hears of it only after so many milliseconds, even when the caller has long gone away. */
export const late =
  (delay: number): Fault =>
  async (attempt) => {
    await sleep(delay);
    await pass(attempt);
  };

/** An answer that is not the engine's. */
export const answering =
  (status: number, body: string): Fault =>
  (attempt) =>
    attempt.answer({ status, body });

/** An error of DynamoDB's. */
export const failing = (status: number, type: string, more: object = {}): Fault =>
  answering(
    status,
    JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'injected', ...more }),
  );

/** A transaction cancelled for a reason that is no condition of ours. */
export const cancelled = (Code: string): Fault =>
  failing(400, 'TransactionCanceledException', {
    CancellationReasons: [{ Code, Message: 'injected' }, { Code: 'None' }, { Code: 'None' }],
  });

/** The engine does it, and its answer is well-formed HTTP with half a JSON document. */
export const truncated: Fault = async (attempt) => {
  const { status, body } = await attempt.apply();
  await attempt.answer({ status, body: half(body) });
};

/** A proxy in front of the tests' engine that lets everything pass but what it is told to spoil. */
export type FaultyEngine = {
  readonly endpoint: string;
  /** Spoils the next attempts at an action on a user, or on the counters of a number's pseudonym; further calls queue up behind. */
  spoil(user: string, action: Action, fault: Fault, times?: number): void;
  /** Lets everything of a user pass again. */
  heal(user: string): void;
  /** The ClientRequestToken of every attempt so far, none for those without. */
  attempts(user: string, action: Action): readonly (string | undefined)[];
  /** The kinds of the writes in every transaction so far, in their order: `['Update', 'Put']`. */
  transactions(user: string): readonly (readonly string[])[];
  /** Ends when the engine has heard of everything that is still under way. */
  settle(user: string): Promise<void>;
  /** Closes the port, and every connection with it: from now on it refuses. */
  shut(): Promise<void>;
  /** Opens the same port again. */
  open(): Promise<void>;
};

/** Starts a proxy on a port of its own. */
export const startFaultyEngine = async (): Promise<FaultyEngine> => {
  const target = fromSetup('AWS_ENDPOINT_URL_DYNAMODB');
  const faults = new Map<string, Fault[]>();
  const seen = new Map<string, (string | undefined)[]>();
  const transactions = new Map<string, string[][]>();
  const running = new Map<string, Promise<void>[]>();
  const key = (user: string, action: string) => `${action} ${user}`;
  const at = <Value>(map: Map<string, Value[]>, name: string): Value[] => {
    const values = map.get(name) ?? [];
    map.set(name, values);
    return values;
  };

  const server = createServer(async (incoming, outgoing) => {
    const body = await buffer(incoming);
    const action = String(incoming.headers['x-amz-target']).split('.').at(-1) ?? '';
    const user = /"(?:USER|LIMIT#[A-Z_]+#NUMBER)#([^"]+)"/.exec(body.toString())?.[1] ?? '';
    const { ClientRequestToken, TransactItems } = JSON.parse(body.toString());
    at(seen, key(user, action)).push(ClientRequestToken);
    if (TransactItems) at(transactions, user).push((TransactItems as object[]).flatMap(Object.keys));
    const fault = at(faults, key(user, action)).shift() ?? pass;
    at(running, user).push(Promise.resolve(fault(attemptOf(target, incoming, body, outgoing))));
  });
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, LOOPBACK, resolve);
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;

  return {
    endpoint: `http://${LOOPBACK}:${port}`,
    spoil(user, action, fault, times = 1) {
      at(faults, key(user, action)).push(...Array<Fault>(times).fill(fault));
    },
    heal(user) {
      for (const action of ['Query', 'GetItem', 'TransactWriteItems', 'UpdateItem']) faults.delete(key(user, action));
    },
    attempts: (user, action) => at(seen, key(user, action)),
    transactions: (user) => at(transactions, user),
    async settle(user) {
      await Promise.all(at(running, user));
    },
    shut: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
    open: () => listen(port),
  };
};

const half = (body: Buffer | string): Buffer => {
  const whole = Buffer.from(body);
  return whole.subarray(0, Math.ceil(whole.length / 2));
};

const attemptOf = (target: string, incoming: IncomingMessage, body: Buffer, outgoing: ServerResponse): Attempt => {
  const head = (status: number, length: number) =>
    outgoing.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', 'content-length': length });
  return {
    apply: () => forward(target, incoming, body),
    answer: (reply) =>
      new Promise((resolve) => {
        if (outgoing.destroyed) return resolve();
        outgoing.once('close', resolve);
        head(reply.status, Buffer.byteLength(reply.body)).end(reply.body);
      }),
    begin(reply) {
      head(reply.status, Buffer.byteLength(reply.body) + 1).write(half(reply.body));
    },
    reset: () => void incoming.socket.resetAndDestroy(),
    close: () => void incoming.socket.destroy(),
  };
};

const forward = (target: string, { method = '', url, headers }: IncomingMessage, body: Buffer): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const call = request(new URL(url ?? '/', target), { method, headers }, async (reply) =>
      resolve({ status: reply.statusCode ?? 0, body: await buffer(reply) }),
    );
    call.once('error', reject).end(body);
  });
