import { afterEach, describe, expect, it, vi } from 'vitest';
import { createFunction } from '../../lib/http/createFunction.ts';
import { withWarmUp } from '../../lib/http/warmUp.ts';
import { addOtpSms } from '../../lib/operations/addOtpSms.ts';
import type { Operation } from '../../lib/operations/operation.ts';
import { verifyPhone } from '../../lib/operations/verifyPhone.ts';
import { createRpcFunction } from '../../lib/rpc/createRpcFunction.ts';
import { startAnyService } from '../support/anyService.ts';
import { bearer, httpEvent, lambdaContext } from '../support/api.ts';
import { done, fails, startFakeAws } from '../support/fakeAws.ts';
import { configOf, type KeyServer, startKeyServer } from '../support/keyServer.ts';
import { rpcEvent } from '../support/rpc.ts';
import { type Algorithm, createSigningKey, type SigningKey } from '../support/tokens.ts';
import { toldBy } from '../support/told.ts';

const database = await startAnyService();
process.env.AWS_ENDPOINT_URL_DYNAMODB = database.endpoint;

const kms = await startFakeAws('AWS_ENDPOINT_URL_KMS');

const key = createSigningKey();

afterEach(() => {
  vi.restoreAllMocks();
  database.heard.length = 0;
  database.replies.length = 0;
});

type Exports = ReturnType<typeof createFunction>;

/** As Lambda's runtime takes a function from its module: by an async function that returns what it has loaded. */
const start = (keyServer: KeyServer, operation: Operation = addOtpSms): Promise<Pick<Exports, 'handler'>> => {
  const config = configOf(keyServer, { CODE_KEY_ID: 'the-key' });
  const load = async () => createFunction(operation, config) as Pick<Exports, 'handler'>;
  return load();
};

const sendingOf = ({ url }: KeyServer) => ({
  SMS_INBOX_URL: url,
  SMS_ORIGIN_HOST: 'example.com',
  SMS_COUNTRIES: 'all',
});

const enrol = ({ handler }: Pick<Exports, 'handler'>, signer: SigningKey, keyServer: KeyServer) =>
  handler(
    httpEvent(addOtpSms.http, { headers: bearer(signer.token(keyServer.url)) }),
    lambdaContext() as Parameters<Exports['handler']>[1],
  );

const targets = () => database.heard.map(({ target }) => target);

describe('a start', () => {
  it('fetches the keys and reads a user who is not there, and writes and logs nothing', async () => {
    const [keyServer, log] = [await startKeyServer(key), vi.spyOn(process.stdout, 'write')];

    await start(keyServer);

    expect(keyServer.fetches()).toBe(1);
    expect(targets()).toEqual(['Query']);
    expect(JSON.parse(String(database.heard[0]?.body)).ExpressionAttributeValues[':pk']).toEqual({ S: 'USER#' });
    expect(log).not.toHaveBeenCalled();
  });

  it('tells of step-up that is switched off, each time, and of nothing else', async () => {
    const keyServer = await startKeyServer(key);
    const config = configOf(keyServer, { STEP_UP: 'off', CODE_KEY_ID: 'the-key', ...sendingOf(keyServer) });
    for (const create of [() => createFunction(addOtpSms, config), () => createRpcFunction(config)]) {
      const { log } = await toldBy(create);
      expect(log.map(({ level, message }) => [level, message])).toEqual([
        ['WARN', 'STEP_UP is off: an access token alone removes the factor, or moves it to another number'],
      ]);
    }
  });

  it.each([
    ['as it should', done({ Mac: Buffer.alloc(32).toString('base64') })],
    ['with a refusal', fails(400, 'AccessDeniedException')],
  ])('asks the key for codes once where it is used, which may answer %s', async (_, answer) => {
    const keyServer = await startKeyServer(key);
    kms.answer(answer);

    await start(keyServer);
    expect(kms.requests).toEqual([]);
    expect(await start(keyServer, verifyPhone)).toHaveProperty('handler');

    expect(kms.requests.map(({ input }) => input)).toEqual([
      {
        KeyId: 'the-key',
        MacAlgorithm: 'HMAC_SHA_256',
        Message: Buffer.from(`["pseudonym-key/1"]`).toString('base64'),
      },
    ]);
  });

  it('leaves the first request its own read, over the connection that is open, and no fetch', async () => {
    const keyServer = await startKeyServer(key);
    const exports = await start(keyServer);

    expect(await enrol(exports, key, keyServer)).toMatchObject({ statusCode: 400 });

    expect(keyServer.fetches()).toBe(1);
    expect(targets()).toEqual(['Query', 'Query']);
    const [rehearsed, first] = database.heard.map(({ request }) => request.socket);
    expect(first).toBe(rehearsed);
  });

  it.each<Algorithm>(['RS256', 'ES256', 'EdDSA'])(
    'does not delay the next key where keys are %s',
    async (algorithm) => {
      const [old, next] = [createSigningKey(algorithm, false), createSigningKey(algorithm)];
      const keyServer = await startKeyServer(old);
      const exports = await start(keyServer);

      keyServer.publish(old, next);

      expect(await enrol(exports, next, keyServer)).toMatchObject({ statusCode: 400 });
      expect(await enrol(exports, old, keyServer)).toMatchObject({ statusCode: 400 });
      expect(keyServer.fetches()).toBe(2);
    },
  );

  it('is rehearsed once, however often the runtime asks', async () => {
    const keyServer = await startKeyServer(key);
    const exports = createFunction(addOtpSms, configOf(keyServer));

    await Promise.all([exports, exports]);

    expect(keyServer.fetches()).toBe(1);
    expect(targets()).toEqual(['Query']);
  });

  it('does not fail with its warm-up', async () => {
    const load = async () => withWarmUp('handler', () => Promise.reject(new Error('not now'))) as { handler: string };
    expect(await load()).toEqual({ handler: 'handler' });
  });

  it('is not rehearsed where nobody waits for it', async () => {
    const keyServer = await startKeyServer(key);
    const { handler } = createFunction(addOtpSms, configOf(keyServer));
    expect([keyServer.fetches(), targets()]).toEqual([0, []]);

    expect(await enrol({ handler }, key, keyServer)).toMatchObject({ statusCode: 400 });
  });
});

describe('a start of the function for RPC', () => {
  const startRpc = async (keyServer: KeyServer) => {
    const config = configOf(keyServer, { CODE_KEY_ID: 'the-key', ...sendingOf(keyServer) });
    const load = async () => createRpcFunction(config) as { handler: Handler };
    return load();
  };
  type Handler = ReturnType<typeof createRpcFunction>['handler'];

  it('fetches the keys, asks for a hash, reads a user who is not there and takes a call of each protocol, silently', async () => {
    const [keyServer, log] = [await startKeyServer(key), vi.spyOn(process.stdout, 'write')];
    kms.answer(done({ Mac: Buffer.alloc(32).toString('base64') }));
    const calls = vi.spyOn(AbortSignal, 'timeout');

    await startRpc(keyServer);

    expect([keyServer.fetches(), targets()]).toEqual([1, ['Query']]);
    expect(kms.requests).toHaveLength(1);
    expect(calls).toHaveBeenCalledTimes(2);
    expect(log).not.toHaveBeenCalled();
  });

  it('leaves the first request its own read, over the connection that is open, and no fetch', async () => {
    const keyServer = await startKeyServer(key);
    const { handler } = await startRpc(keyServer);
    const headers = { 'content-type': 'application/json', ...bearer(key.token(keyServer.url)) };
    const path = `/${addOtpSms.service}/${addOtpSms.rpc}`;

    const result = await handler(rpcEvent(path, headers, '{}'), lambdaContext() as Parameters<Handler>[1]);

    expect(result).toMatchObject({ statusCode: 400 });
    expect([keyServer.fetches(), targets()]).toEqual([1, ['Query', 'Query']]);
    const [rehearsed, first] = database.heard.map(({ request }) => request.socket);
    expect(first).toBe(rehearsed);
  });

  it('succeeds though nothing can be reached', async () => {
    const keyServer = await startKeyServer(key);
    await keyServer.goDown();
    database.replies.push('silence', 'silence', 'silence');

    expect(await startRpc(keyServer)).toHaveProperty('handler');
  });
});

describe('a start at a bad time', () => {
  it.each<[string, (keyServer: KeyServer) => void | Promise<void>]>([
    ['the key server is down', (keyServer) => keyServer.goDown()],
    ['the key server has no keys', (keyServer) => keyServer.publish()],
    ['the key server hangs', (keyServer) => keyServer.answer(() => {})],
    [
      'the database refuses',
      () =>
        void database.replies.push({ status: 400, body: '{"__type":"com.amazonaws.dynamodb.v20120810#AccessDenied"}' }),
    ],
    ['the database is silent', () => void database.replies.push('silence', 'silence', 'silence')],
  ])('succeeds while %s, and answers once that is over', async (_, spoil) => {
    const keyServer = await startKeyServer(key);
    await spoil(keyServer);

    const exports = await start(keyServer);

    database.replies.length = 0;
    await keyServer.goDown();
    keyServer.publish(key);
    await keyServer.comeBack();
    expect(await enrol(exports, key, keyServer)).toMatchObject({ statusCode: 400 });
  });
});
