import type { RequestListener } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { addOtpSms } from '../../lib/operations/addOtpSms.ts';
import { type Answer, apiOf, bearer, someone } from '../support/api.ts';
import { configOf, type KeyServer, startKeyServer } from '../support/keyServer.ts';
import { skip, stopClock } from '../support/person.ts';
import { createSigningKey, type SigningKey } from '../support/tokens.ts';

/** Milliseconds within which an answer has to be there whatever the key server does: half a function's time. */
const BOUND = 5_000;

const [key, nextKey] = [createSigningKey(), createSigningKey()];

/** A fresh process of the function, which has not fetched any keys yet. */
const coldStart = (keyServer: KeyServer, env: Record<string, string> = {}) => {
  const call = apiOf(addOtpSms, configOf(keyServer, env));
  return (signer: SigningKey, header = {}, issuer = keyServer.url): Promise<Answer> =>
    call({ headers: bearer(signer.token(issuer, { sub: someone() }, header)) });
};

const expectAccepted = (answer: Answer) => expect(answer).toMatchObject({ status: 400, body: { code: 9 } });

const expectUnauthenticated = (answer: Answer) => expect(answer).toMatchObject({ status: 401, body: { code: 16 } });

const expectUnavailable = (answer: Answer) => {
  expect(answer).toMatchObject({
    status: 503,
    body: {
      code: 14,
      details: [
        { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'SIGNING_KEYS_UNAVAILABLE' },
        { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '2s' },
      ],
    },
  });
  expect(answer.headers['retry-after']).toBe('2');
  expect(answer.headers).not.toHaveProperty('www-authenticate');
};

describe('rotation', () => {
  it('a new key is accepted without a restart, the old one as long as its tokens live', async () => {
    const keyServer = await startKeyServer(key);
    const call = coldStart(keyServer);
    expectAccepted(await call(key));

    keyServer.publish(key, nextKey);

    expectAccepted(await call(nextKey));
    expectAccepted(await call(key));
    expect(keyServer.fetches()).toBe(2);
  });

  it('one key in the set that nobody can use for signatures does not spoil the others', async () => {
    const encryption = createSigningKey();
    const keyServer = await startKeyServer({ ...encryption, jwk: { ...encryption.jwk, use: 'enc' } }, key);
    const call = coldStart(keyServer);

    expectAccepted(await call(key));
    expectUnauthenticated(await call(encryption));
  });
});

describe('keys that are ten minutes old', () => {
  beforeEach(stopClock);
  afterEach(() => vi.useRealTimers());

  it('are fetched again, once, and one that was withdrawn is trusted no longer', async () => {
    const keyServer = await startKeyServer(key, nextKey);
    const call = coldStart(keyServer);
    expectAccepted(await call(key));
    keyServer.publish(nextKey);

    skip(599);
    expectAccepted(await call(key));
    expect(keyServer.fetches()).toBe(1);

    skip(1);
    const answers = await Promise.all(Array.from({ length: 20 }, () => call(nextKey)));
    answers.forEach(expectAccepted);
    expect(keyServer.fetches()).toBe(2);
    expectUnauthenticated(await call(key));
  });

  it('serve on while they cannot be fetched, which is not tried with each request', async () => {
    const keyServer = await startKeyServer(key);
    const call = coldStart(keyServer);
    expectAccepted(await call(key));
    keyServer.answer(json('{}', 500));

    skip(600);
    expectAccepted(await call(key));
    expectAccepted(await call(key));
    expect(keyServer.fetches()).toBe(2);

    skip(600);
    expectAccepted(await call(key));
    expect(keyServer.fetches()).toBe(3);
  });
});

const json =
  (body: string, status = 200): RequestListener =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);

const hanging: RequestListener = () => {};

const stalling: RequestListener = (_, response) => void response.writeHead(200).write('{"keys":');

const cutOff: RequestListener = (_, response) => {
  response.writeHead(200, { 'content-length': 1_000 }).write('{"keys":[');
  setImmediate(() => response.destroy());
};

describe('a key server that fails', () => {
  it.each<[string, RequestListener]>([
    ['answers 500', json('{}', 500)],
    ['answers 404', json('{}', 404)],
    ['answers 429', json('{}', 429)],
    ['redirects', (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end()],
    ['sends a page', json('<html>please sign in</html>')],
    ['sends nothing', json('')],
    ['sends null', json('null')],
    ['sends no keys', json('{"error":"later"}')],
    ['sends keys that are none', json('{"keys":["RSA"]}')],
    ['sends a key without a type', json(JSON.stringify({ keys: [{ ...key.jwk, kty: undefined }] }))],
    ['breaks off', cutOff],
    ['hangs', hanging],
    ['stops half-way', stalling],
  ])('%s: 503, in time, and all is well once it has recovered', async (_, failure) => {
    const keyServer = await startKeyServer();
    keyServer.answer(failure);
    const call = coldStart(keyServer);
    const start = performance.now();

    expectUnavailable(await call(key));
    expect(performance.now() - start).toBeLessThan(BOUND);
    expect(keyServer.fetches()).toBeLessThanOrEqual(2);

    keyServer.publish(key);
    expectAccepted(await call(key));
  });

  it('is down: 503 for unknown keys, while a known key goes on working', async () => {
    const keyServer = await startKeyServer(key);
    const call = coldStart(keyServer);
    expectAccepted(await call(key));

    await keyServer.goDown();
    expectUnavailable(await call(nextKey));
    expectAccepted(await call(key));

    keyServer.publish(key, nextKey);
    await keyServer.comeBack();
    expectAccepted(await call(nextKey));
  });
});

describe('a storm of tokens', () => {
  it.each([
    ['one after the other', false],
    ['at the same time', true],
  ])('200 unknown kids %s cause two fetches at the most', async (_, parallel) => {
    const keyServer = await startKeyServer(key);
    const call = coldStart(keyServer);
    const calls = Array.from({ length: 200 }, (_, i) => () => call(nextKey, { kid: `${nextKey.kid}-${i}` }));

    const answers: Answer[] = [];
    if (parallel) answers.push(...(await Promise.all(calls.map((each) => each()))));
    else for (const each of calls) answers.push(await each());

    answers.forEach(expectUnauthenticated);
    expect(keyServer.fetches()).toBeLessThanOrEqual(2);
    expectAccepted(await call(key));
  });

  it('50 first requests at the same time cause one fetch', async () => {
    const keyServer = await startKeyServer(key);
    const call = coldStart(keyServer);

    const answers = await Promise.all(Array.from({ length: 50 }, () => call(key)));

    answers.forEach(expectAccepted);
    expect(keyServer.fetches()).toBe(1);
  });

  it('a token of another issuer causes none', async () => {
    const keyServer = await startKeyServer(key);

    expectUnauthenticated(await coldStart(keyServer)(key, {}, 'https://evil.example'));
    expect(keyServer.fetches()).toBe(0);
  });
});

describe('configured keys', () => {
  const jwks = JSON.stringify({ keys: [key.jwk] });

  it('do without a route to the issuer, also when a token names another key', async () => {
    const keyServer = await startKeyServer(key, nextKey);
    await keyServer.goDown();
    const call = coldStart(keyServer, { JWKS: jwks });

    expectAccepted(await call(key));
    expectUnauthenticated(await call(nextKey));
    expectAccepted(await call(key));
  });

  it('are all there are: none is fetched beside them', async () => {
    const keyServer = await startKeyServer(key, nextKey);

    expectUnauthenticated(await coldStart(keyServer, { JWKS: jwks })(nextKey));
    expect(keyServer.fetches()).toBe(0);
  });

  it('are fetched from where the configuration says, if it does', async () => {
    const [issuer, elsewhere] = [await startKeyServer(nextKey), await startKeyServer(key)];

    expectAccepted(await coldStart(issuer, { JWKS_URI: `${elsewhere.url}/keys` })(key));
    expect(issuer.fetches()).toBe(0);
  });
});
