import { generateKeyPairSync } from 'node:crypto';
import { JwtVerifier } from 'aws-jwt-verify';
import { createLocalJWKSet, decodeJwt, jwtVerify, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { serveKeySet } from '../../lib/http/serveKeySet.ts';
import { addOtpSms } from '../../lib/operations/addOtpSms.ts';
import { challengeOtpSms } from '../../lib/operations/challengeOtpSms.ts';
import { checkOtpSms } from '../../lib/operations/checkOtpSms.ts';
import { removeOtpSms } from '../../lib/operations/removeOtpSms.ts';
import { removePhone } from '../../lib/operations/removePhone.ts';
import { setPhone } from '../../lib/operations/setPhone.ts';
import { verifyPhone } from '../../lib/operations/verifyPhone.ts';
import { apiOf, bearer, configFor, inbox, lambdaContext, someone, startIssuer, users } from '../support/api.ts';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const PROOFS = {
  PROOF_ISSUER: 'http://127.0.0.1:9',
  PROOF_AUDIENCE: 'bank',
  PROOF_KEY: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
};
/** Asks a handler of key sets as API Gateway does; no more of the request matters than that it came. */
const asking = (handler: ReturnType<typeof serveKeySet>) => () => handler({} as never, lambdaContext() as never);
const keySet = asking(serveKeySet(PROOFS));

const issuer = await startIssuer();
const config = configFor(issuer, { ...PROOFS, STEP_UP: 'required' });
const api = {
  add: apiOf(addOtpSms, config),
  challenge: apiOf(challengeOtpSms, config),
  check: apiOf(checkOtpSms, config),
  remove: apiOf(removeOtpSms, config),
  removePhone: apiOf(removePhone, config),
  setPhone: apiOf(setPhone, config),
  verifyPhone: apiOf(verifyPhone, config),
};
const lastCode = (phone: string): string => /^(\d+)/.exec(inbox.messages(phone).at(-1)?.body ?? '')?.[1] ?? '';

let drawn = 0;
const enrolled = async () => {
  drawn += 1;
  const phone = `+4179222${String(drawn).padStart(4, '0')}`;
  const sub = someone();
  await users.put(sub, { phone, verified: true });
  const headers = bearer(await issuer.token({ sub }));
  expect(await api.add({ headers })).toMatchObject({ status: 200 });
  return { sub, phone, headers };
};

const proofOf = async (
  { phone, headers }: Awaited<ReturnType<typeof enrolled>>,
  purpose: 'PURPOSE_LOGIN' | 'PURPOSE_STEP_UP' = 'PURPOSE_LOGIN',
  nonce = 'n-1',
): Promise<string> => {
  expect(await api.challenge({ headers, body: JSON.stringify({ purpose }) })).toMatchObject({ status: 200 });
  const { body } = await api.check({ headers, body: JSON.stringify({ code: lastCode(phone), nonce }) });
  return String(body.proof);
};

describe('a checked code', () => {
  it('is answered with a proof that any service verifies by the published key set', async () => {
    const user = await enrolled();
    const proof = await proofOf(user);
    const published = JSON.parse((await keySet()).body ?? '');
    const { payload } = await jwtVerify(proof, createLocalJWKSet(published), {
      issuer: PROOFS.PROOF_ISSUER,
      audience: 'bank',
      algorithms: ['ES256'],
    });
    expect(payload).toMatchObject({ sub: user.sub, amr: ['otp', 'sms'], nonce: 'n-1', jti: expect.any(String) });
    expect(payload).toMatchObject({ purpose: 'LOGIN', factor: 4 });
    expect(Number(payload.exp) - Number(payload.auth_time)).toBe(300);
    const other = JwtVerifier.create({ issuer: PROOFS.PROOF_ISSUER, audience: 'bank' });
    other.cacheJwks(published);
    expect(await other.verify(proof)).toMatchObject({ sub: user.sub });
    expect(JSON.stringify(published)).not.toContain('"d"');
  });

  it('has no nonce where none was handed in, and no proof where none are given', async () => {
    expect(decodeJwt(await proofOf(await enrolled(), 'PURPOSE_LOGIN', ''))).not.toHaveProperty('nonce');
    const plain = apiOf(checkOtpSms, configFor(issuer));
    const { phone, headers } = await enrolled();
    await api.challenge({ headers });
    const { status, body } = await plain({ headers, body: JSON.stringify({ code: lastCode(phone) }) });
    expect([status, Object.keys(body)]).toEqual([200, ['details']]);
    expect(await asking(serveKeySet({}))()).toMatchObject({ statusCode: 200, body: '{"keys":[]}' });
  });
});

describe('requireStepUp the account with the factor on', () => {
  const WEAKENING = [
    ['remove the factor', 'remove', undefined],
    ['remove the phone', 'removePhone', undefined],
    ['set the phone', 'setPhone', JSON.stringify({ phone: '+41792229999' })],
  ] as const;

  it.each(WEAKENING)('%s wants a fresh proof of the same user', async (_, name, body) => {
    const user = await enrolled();
    const request = { ...(body !== undefined && { body }) };
    const refusal = {
      status: 401,
      headers: { 'www-authenticate': expect.stringContaining('error="insufficient_user_authentication"') },
      body: { code: 16, details: [{ reason: 'STEP_UP_REQUIRED' }] },
    };
    const others = await proofOf(await enrolled(), 'PURPOSE_STEP_UP');
    const login = await proofOf(user);
    const before = await users.events(user.sub);
    const forged = await new SignJWT({ ...decodeJwt(others), sub: user.sub })
      .setProtectedHeader({ alg: 'ES256' })
      .sign(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
    const stale = await new SignJWT({
      iss: PROOFS.PROOF_ISSUER,
      aud: PROOFS.PROOF_ISSUER,
      sub: user.sub,
      amr: ['otp', 'sms'],
      exp: 1,
    })
      .setProtectedHeader({ alg: 'ES256', kid: String(JSON.parse((await keySet()).body ?? '').keys[0].kid) })
      .sign(privateKey);
    const access = user.headers.authorization?.slice('Bearer '.length) ?? '';
    for (const proof of [undefined, '', 'junk', others, login, forged, stale, access]) {
      const headers = { ...user.headers, ...(proof !== undefined && { 'step-up-proof': proof }) };
      expect(await api[name]({ ...request, headers })).toMatchObject(refusal);
    }
    expect(await users.events(user.sub)).toEqual(before);

    const headers = { ...user.headers, 'step-up-proof': await proofOf(user, 'PURPOSE_STEP_UP') };
    expect(await api[name]({ ...request, headers })).toMatchObject({ status: 200 });
  });

  it('wants nothing without a factor, or where it is not required', async () => {
    const sub = someone();
    const headers = bearer(await issuer.token({ sub }));
    expect(await api.setPhone({ headers, body: '{"phone":"+41792228888"}' })).toMatchObject({ status: 200 });
    const body = JSON.stringify({ code: lastCode('+41792228888') });
    expect(await api.verifyPhone({ headers, body })).toMatchObject({ status: 200 });
    expect(await api.removePhone({ headers })).toMatchObject({ status: 200 });

    const user = await enrolled();
    expect(await apiOf(removeOtpSms, configFor(issuer))(user)).toMatchObject({ status: 200 });
  });
});
