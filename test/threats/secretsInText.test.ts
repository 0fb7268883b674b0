import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { addOtpSms } from '../../lib/operations/addOtpSms.ts';
import { type Answer, apiOf, bearer, type Request, someone, users } from '../support/api.ts';
import { answering, type Fault, resetBefore, startFaultyEngine } from '../support/faultyEngine.ts';
import { configOf, startKeyServer } from '../support/keyServer.ts';
import { createSigningKey, type Members, part } from '../support/tokens.ts';

const PHONE = '+41791239876';
const MARKER = 'seeded-body-marker';
const CLAIM = 'seeded-claim-marker';
const SECRETS = [PHONE, PHONE.slice(1), MARKER, CLAIM];

const key = createSigningKey();
const stranger = createSigningKey();
const keyServer = await startKeyServer(key);
const engine = await startFaultyEngine();
afterAll(engine.shut);
process.env.AWS_ENDPOINT_URL_DYNAMODB = engine.endpoint;
const call = apiOf(addOtpSms, configOf(keyServer));

let written: string[] = [];
beforeEach(() => {
  written = [];
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      written.push(String(text));
      return true;
    });
  }
});
afterEach(() => {
  vi.restoreAllMocks();
});

type User = { readonly sub: string; readonly headers: Record<string, string> };

/** A user whose every property is a secret, and whose token carries them. */
const seeded = async (claims: Members = {}, header: Members = {}, signer = key): Promise<User> => {
  const sub = `${CLAIM}-${someone()}`;
  await users.put(sub, { phone: PHONE, verified: true, resourceOwner: 'organisation' });
  const token = signer.token(keyServer.url, { sub, phone_number: PHONE, name: CLAIM, ...claims }, header);
  return { sub, headers: bearer(token) };
};

/** Asserts that no seeded value and no part of the token is in what was answered or written, in plain or in base64. */
const expectNothingTold = ({ headers, body }: Answer, token = '') => {
  const logged = written.join('');
  expect(logged).toMatch(/^\{"level":.*\}\n\{.*"_aws":.*\}\n$/);
  const text = `${logged}${JSON.stringify(headers)}${JSON.stringify(body)}`;
  const parts = token.split(/[ .,]/).filter((each) => each.length > 8);
  const encoded = SECRETS.map((secret) => Buffer.from(secret).toString('base64').replace(/.?=*$/, ''));
  for (const secret of [...SECRETS, ...encoded, ...parts]) expect(text).not.toContain(secret);
};

describe('tokens', () => {
  it('a good one and its user, on success and on refusal', async () => {
    const { headers } = await seeded();

    const success = await call({ headers, body: JSON.stringify({ [MARKER]: PHONE }) });
    expect(success.status).toBe(200);
    expectNothingTold(success, headers.authorization);

    written = [];
    const refusal = await call({ headers });
    expect(refusal.status).toBe(409);
    expectNothingTold(refusal, headers.authorization);
  });

  it.each<[string, () => Promise<User>]>([
    ['expired', () => seeded({ exp: 1 })],
    ['not yet valid', () => seeded({ nbf: 9_999_999_999 })],
    ['of another issuer', () => seeded({ iss: `https://${CLAIM}.example` })],
    ['of another audience', () => seeded({ aud: [CLAIM, PHONE] })],
    ['of a stranger', () => seeded({}, { kid: key.kid }, stranger)],
    ['of an unknown key', () => seeded({}, { kid: CLAIM }, stranger)],
    ['of an unknown algorithm', () => seeded({}, { alg: CLAIM })],
    ['with a type nobody knows', () => seeded({}, { typ: CLAIM })],
    ['without a subject', () => seeded({ sub: { id: CLAIM } })],
    ['with a broken owner', () => seeded({ 'urn:zitadel:iam:user:resourceowner:id': [CLAIM] })],
  ])('one %s', async (_, user) => {
    const { headers } = await user();

    const answer = await call({ headers });

    expect(answer.status).toBe(401);
    expectNothingTold(answer, headers.authorization);
  });

  it.each([
    ['that is the secret itself', `Bearer ${MARKER}`],
    ['of another scheme', `Basic ${Buffer.from(`${CLAIM}:${MARKER}`).toString('base64')}`],
    [
      'whose parts are no JSON but a stack',
      `Bearer ${Buffer.from(`{\n    at ${CLAIM}`).toString('base64url')}.e30.e30`,
    ],
    ['whose claims are no JSON', `Bearer ${part({ alg: 'RS256', kid: key.kid })}.${part(CLAIM)}x.e30`],
    ['of two headers', `Bearer ${MARKER},Bearer ${CLAIM}`],
  ])('one %s', async (_, authorization) => {
    const answer = await call({ headers: { authorization } });

    expect(answer.status).toBe(401);
    expectNothingTold(answer, authorization);
  });

  it('one that names another owner than the stored one', async () => {
    const { headers } = await seeded({ 'urn:zitadel:iam:user:resourceowner:id': CLAIM });

    const answer = await call({ headers });

    expect(answer.status).toBe(403);
    expectNothingTold(answer, headers.authorization);
  });

  it('one for whose key there is no server', async () => {
    const { headers } = await seeded({}, { kid: `${CLAIM}-down` });
    const other = await startKeyServer(key);
    other.answer((_, response) => response.writeHead(200).end(`${MARKER}\n    at ${CLAIM}`));
    const withoutKeys = apiOf(addOtpSms, configOf(keyServer, { JWKS_URI: other.url }));

    const answer = await withoutKeys({ headers });

    expect(answer.status).toBe(503);
    expectNothingTold(answer, headers.authorization);
  });
});

describe('bodies', () => {
  it.each<[string, Omit<Request, 'headers'>]>([
    ['no JSON', { body: `phone=${PHONE}&code=${MARKER}` }],
    ['no JSON but a stack', { body: `{\n    at ${MARKER} (${PHONE})` }],
    ['truncated', { body: `{"${MARKER}":"${PHONE}` }],
    ['no object', { body: `["${MARKER}","${PHONE}"]` }],
    ['a name twice', { body: `{"${MARKER}":1,"${MARKER}":"${PHONE}"}` }],
    ['a forbidden name', { body: `{"${MARKER}":{"__proto__":"${PHONE}"}}` }],
    ['too large', { body: `{"${MARKER}":"${PHONE.repeat(2_000)}"}` }],
    ['no base64', { body: `{"${MARKER}":"${PHONE}"}`, isBase64Encoded: true }],
    ['no JSON in base64', { body: Buffer.from(`${MARKER}${PHONE}`).toString('base64'), isBase64Encoded: true }],
  ])('%s', async (_, request) => {
    const { headers } = await seeded();

    const answer = await call({ ...request, headers: { ...headers, 'content-type': `text/${MARKER}` } });

    expect(answer.status).toBe(400);
    expectNothingTold(answer, headers.authorization);
  });
});

describe('storage', () => {
  const quoting = (status: number, type: string): Fault =>
    answering(
      status,
      JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: `${PHONE}\n    at ${CLAIM}` }),
    );

  it.each<[string, 'Query' | 'TransactWriteItems', Fault, number]>([
    ['refuses to read', 'Query', quoting(400, 'ValidationException'), 500],
    ['refuses to write', 'TransactWriteItems', quoting(400, 'ValidationException'), 500],
    ['fails to read', 'Query', quoting(500, 'InternalServerError'), 503],
    ['fails to write', 'TransactWriteItems', quoting(500, 'InternalServerError'), 503],
    ['sends no JSON', 'Query', answering(200, `${PHONE}\n    at ${CLAIM}`), 500],
    ['breaks off', 'TransactWriteItems', resetBefore, 503],
  ])('%s', async (_, action, fault, status) => {
    const { sub, headers } = await seeded();
    engine.spoil(sub, action, fault, 3);

    const answer = await call({ headers, body: JSON.stringify({ [MARKER]: PHONE }) });

    expect(answer.status).toBe(status);
    expectNothingTold(answer, headers.authorization);
  });
});
