import type { RequestListener } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { addOtpSms } from '../../lib/operations/addOtpSms.ts';
import { type Answer, apiOf, bearer, someone } from '../support/api.ts';
import { configOf, type KeyServer, startKeyServer } from '../support/keyServer.ts';
import { skip, stopClock } from '../support/person.ts';
import { createSigningKey, type SigningKey } from '../support/tokens.ts';
import { toldBy } from '../support/told.ts';

/** Milliseconds within which an answer has to be there whatever the key server does: half a function's time. */
const BOUND = 5_000;

const [key, nextKey] = [createSigningKey(), createSigningKey()];

/** A fresh process of the function; a deployed one fetches the keys when it starts, one of the source when it needs them. */
const coldStart = async (keyServer: KeyServer, env: Record<string, string> = {}) => {
  const call = apiOf(addOtpSms, configOf(keyServer, env));
  await call();
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

const json =
  (body: string, status = 200): RequestListener =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);

describe('rotation', () => {
  it('a new key is accepted without a restart, the old one as long as its tokens live', async () => {
    const keyServer = await startKeyServer(key);
    const call = await coldStart(keyServer);
    expectAccepted(await call(key));

    keyServer.publish(key, nextKey);

    expectAccepted(await call(nextKey));
    expectAccepted(await call(key));
    expect(keyServer.fetches()).toBe(2);
  });

  it('one key in the set that nobody can use for signatures does not spoil the others', async () => {
    const encryption = createSigningKey();
    const keyServer = await startKeyServer({ ...encryption, jwk: { ...encryption.jwk, use: 'enc' } }, key);
    const call = await coldStart(keyServer);

    expectAccepted(await call(key));
    expectUnauthenticated(await call(encryption));
  });

  it('a token of an RSA key of 1,024 bits is refused, though the key is in the set', async () => {
    const short = createSigningKey('RS256', true, 1_024);
    const call = await coldStart(await startKeyServer(short, key));

    expectAccepted(await call(key));
    expectUnauthenticated(await call(short));
  });
});

/** A key as it is published, changed in some members. */
const changed = (signer: SigningKey, members: object): SigningKey => ({
  ...signer,
  jwk: { ...signer.jwk, ...members } as SigningKey['jwk'],
});

describe('keys of one name', () => {
  const { kid } = key;
  const ecKey = createSigningKey('ES256', false);

  it.each<[string, SigningKey, SigningKey]>([
    ['one for encryption first', changed(nextKey, { kid, use: 'enc' }), key],
    ['one for encryption last', key, changed(nextKey, { kid, use: 'enc' })],
    ['one for encryption by its operations', changed(nextKey, { kid, use: undefined, key_ops: ['encrypt'] }), key],
    ['one for another algorithm', changed(nextKey, { kid, use: undefined, alg: 'RSA-OAEP' }), key],
    ['one of another type', changed(ecKey, { kid }), key],
    ['one that is short', changed(createSigningKey('RS256', true, 1_024), { kid }), key],
  ])('%s: the one that fits verifies', async (_, ...keys) => {
    const call = await coldStart(await startKeyServer(...keys));
    expectAccepted(await call(key));
  });

  it('are told apart by the type of key that the token’s algorithm takes', async () => {
    const call = await coldStart(await startKeyServer(key, changed(ecKey, { kid })));
    expectAccepted(await call(key));
    expectAccepted(await call(ecKey, { kid }));
    expectAccepted(await call(key));
  });

  it('are for the algorithm of their curve, where they name none', async () => {
    const call = await coldStart(await startKeyServer(ecKey));
    expectAccepted(await call(ecKey));
    const { log } = await toldBy(async () => expectUnauthenticated(await call(ecKey, { alg: 'ES384' })));
    expect(log).toMatchObject([{ cause: { code: 'alg' } }]);
  });

  it('and for verification by their operations verify', async () => {
    const call = await coldStart(await startKeyServer(changed(key, { use: undefined, key_ops: ['verify'] })));
    expectAccepted(await call(key));
  });
});

describe('a key whose unused members are null', () => {
  it('is read as if they were left out', async () => {
    const { n, e, kty, kid } = key.jwk;
    const keyServer = await startKeyServer(key);
    const others = { use: null, alg: null, key_ops: null, crv: null, x: null, y: null, x5c: null, x5t: null };
    keyServer.answer(json(JSON.stringify({ keys: [{ n, e, kty, kid, ...others }] })));
    expectAccepted(await (await coldStart(keyServer))(key));
  });
});

describe('a key that nobody can read', () => {
  it.each([
    ['a text', 'RSA'],
    ['null', null],
    ['a list', [key.jwk]],
    ['one without a type', { ...nextKey.jwk, kty: undefined }],
    ['one of a type that is none', { ...nextKey.jwk, kty: 'RSA2' }],
    ['one without a modulus', { ...nextKey.jwk, n: undefined }],
    ['a point that is not on its curve', { kty: 'EC', crv: 'P-256', x: 'AQ', y: 'AQ', kid: nextKey.kid }],
    ['a name that is no text', { ...nextKey.jwk, kid: 7 }],
    ['a secret one', { kty: 'oct', k: 'c2VjcmV0', kid: nextKey.kid }],
  ])('%s is passed over: the good one beside it verifies', async (_, jwk) => {
    const keyServer = await startKeyServer(key);
    keyServer.answer(json(JSON.stringify({ keys: [jwk, key.jwk] })));
    const call = await coldStart(keyServer);
    expectAccepted(await call(key));
    expectUnauthenticated(await call(nextKey));
  });
});

describe('keys that are ten minutes old', () => {
  beforeEach(stopClock);
  afterEach(() => vi.useRealTimers());

  it('are fetched again, once, and one that was withdrawn is trusted no longer', async () => {
    const keyServer = await startKeyServer(key, nextKey);
    const call = await coldStart(keyServer);
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

  it('are replaced under their names: the new one verifies, and the old one no longer', async () => {
    const keyServer = await startKeyServer(key);
    const call = await coldStart(keyServer);
    expectAccepted(await call(key));
    keyServer.publish(changed(nextKey, { kid: key.kid }));

    expectUnauthenticated(await call(nextKey, { kid: key.kid }));
    skip(600);
    expectAccepted(await call(nextKey, { kid: key.kid }));
    expectUnauthenticated(await call(key));
  });

  it('serve on while they cannot be fetched, which is not tried with each request', async () => {
    const keyServer = await startKeyServer(key);
    const call = await coldStart(keyServer);
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

const hanging: RequestListener = () => {};

const stalling: RequestListener = (_, response) => void response.writeHead(200).write('{"keys":');

const cutOff: RequestListener = (_, response) => {
  response.writeHead(200, { 'content-length': 1_000 }).write('{"keys":[');
  setImmediate(() => response.destroy());
};

describe('a key server that fails', () => {
  it.each<[string, string, RequestListener]>([
    ['answers 500', 'key_fetch_500', json('{}', 500)],
    ['answers 404', 'key_fetch_404', json('{}', 404)],
    ['answers 429', 'key_fetch_429', json('{}', 429)],
    ['redirects', 'key_fetch_302', (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end()],
    ['sends a page', 'key_set_malformed', json('<html>please sign in</html>')],
    ['sends nothing', 'key_set_malformed', json('')],
    ['sends null', 'key_set_malformed', json('null')],
    ['sends no keys', 'key_set_malformed', json('{"error":"later"}')],
    ['sends keys that are none', 'key_set_malformed', json('{"keys":["RSA"]}')],
    [
      'sends a key without a type',
      'key_set_malformed',
      json(JSON.stringify({ keys: [{ ...key.jwk, kty: undefined }] })),
    ],
    ['breaks off', 'key_fetch_econnreset', cutOff],
    ['hangs', 'key_fetch_timeout', hanging],
    ['stops half-way', 'key_fetch_timeout', stalling],
  ])('%s: 503, in time, the log says %s, and all is well once it has recovered', async (_, code, failure) => {
    const keyServer = await startKeyServer();
    keyServer.answer(failure);
    const call = await coldStart(keyServer);
    const before = keyServer.fetches();
    const start = performance.now();

    const { log } = await toldBy(async () => expectUnavailable(await call(key)));
    expect(log).toMatchObject([{ cause: { kind: 'KeysUnavailable', code } }]);
    expect(performance.now() - start).toBeLessThan(BOUND);
    expect(keyServer.fetches() - before).toBeLessThanOrEqual(2);

    keyServer.publish(key);
    expectAccepted(await call(key));
  });

  it('is down: 503 for unknown keys, while a known key goes on working', async () => {
    const keyServer = await startKeyServer(key);
    const call = await coldStart(keyServer);
    expectAccepted(await call(key));

    await keyServer.goDown();
    const { log } = await toldBy(async () => expectUnavailable(await call(nextKey)));
    expect(log).toMatchObject([{ cause: { kind: 'KeysUnavailable', code: 'key_fetch_econnrefused' } }]);
    expectAccepted(await call(key));

    keyServer.publish(key, nextKey);
    await keyServer.comeBack();
    expectAccepted(await call(nextKey));
  });
});

describe('a storm of tokens', () => {
  beforeEach(stopClock);
  afterEach(() => vi.useRealTimers());

  it('of unknown keys has a token of a new key wait, not fail', async () => {
    const keyServer = await startKeyServer(key);
    const call = await coldStart(keyServer);
    expectUnauthenticated(await call(nextKey));
    const before = keyServer.fetches();
    keyServer.publish(key, nextKey);

    skip(1);
    const answer = await call(nextKey);
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '9' }, body: { code: 14 } });
    expect(keyServer.fetches()).toBe(before);
    expectAccepted(await call(key));

    skip(9);
    expectAccepted(await call(nextKey));
  });

  it.each([
    ['one after the other', false],
    ['at the same time', true],
  ])('200 unknown kids %s cause two fetches at the most', async (_, parallel) => {
    const keyServer = await startKeyServer(key);
    const call = await coldStart(keyServer);
    const calls = Array.from({ length: 200 }, (_, i) => () => call(nextKey, { kid: `${nextKey.kid}-${i}` }));

    const answers: Answer[] = [];
    if (parallel) answers.push(...(await Promise.all(calls.map((each) => each()))));
    else for (const each of calls) answers.push(await each());

    expect(answers.map(({ status }) => status)).not.toContain(400);
    expectUnauthenticated(answers[0] as Answer);
    expect(keyServer.fetches()).toBeLessThanOrEqual(2);
    expectAccepted(await call(key));
  });

  it('50 first requests at the same time cause one fetch', async () => {
    const keyServer = await startKeyServer(key);
    const call = await coldStart(keyServer);

    const answers = await Promise.all(Array.from({ length: 50 }, () => call(key)));

    answers.forEach(expectAccepted);
    expect(keyServer.fetches()).toBe(1);
  });

  it('a token of another issuer causes none', async () => {
    const keyServer = await startKeyServer(key);
    const call = await coldStart(keyServer);
    const before = keyServer.fetches();

    expectUnauthenticated(await call(key, {}, 'https://evil.example'));
    expect(keyServer.fetches()).toBe(before);
  });
});

describe('configured keys', () => {
  const jwks = JSON.stringify({ keys: [key.jwk] });

  it('do without a route to the issuer, also when a token names another key', async () => {
    const keyServer = await startKeyServer(key, nextKey);
    await keyServer.goDown();
    const call = await coldStart(keyServer, { JWKS: jwks });

    expectAccepted(await call(key));
    expectUnauthenticated(await call(nextKey));
    expectAccepted(await call(key));
  });

  it('are all there are: none is fetched beside them', async () => {
    const keyServer = await startKeyServer(key, nextKey);

    const call = await coldStart(keyServer, { JWKS: jwks });
    expectUnauthenticated(await call(nextKey));
    expect(keyServer.fetches()).toBe(0);
  });

  it('are fetched from where the configuration says, if it does', async () => {
    const [issuer, elsewhere] = [await startKeyServer(nextKey), await startKeyServer(key)];

    const call = await coldStart(issuer, { JWKS_URI: `${elsewhere.url}/keys` });
    expectAccepted(await call(key));
    expect(issuer.fetches()).toBe(0);
  });
});
