import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { startIssuer } from '../support/api.ts';
import { type FactorUser, factorOf, reasonOf } from '../support/factor.ts';
import { itemsOf } from '../support/partition.ts';
import { proofOf, STEP_UP } from '../support/stepUp.ts';

const issuer = await startIssuer();
const factor = factorOf(issuer, STEP_UP);
const key = createPrivateKey({ key: Buffer.from(STEP_UP.PROOF_KEY, 'base64'), format: 'der', type: 'pkcs8' });
const another = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

type Changes = {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly signedBy?: KeyObject;
};

/** A proof of the user's, signed anew by the service's own key with other claims; `undefined` leaves a claim out. */
const forged = async (user: FactorUser, { claims, header, signedBy = key }: Changes) => {
  const { 'step-up-proof': proof = '' } = await proofOf(user);
  const jwt = new SignJWT({ ...decodeJwt(proof), ...claims });
  return jwt
    .setProtectedHeader({ ...(decodeProtectedHeader(proof) as { alg: string }), ...header })
    .sign(signedBy, { crit: { b64: true } });
};

const removeWith = async (user: FactorUser, proof: string) =>
  reasonOf(await user.call('removeOtpSms', {}, { 'step-up-proof': proof }));

describe('a proof that the service has signed itself', () => {
  it('holds as it is', async () => {
    const user = await factor.enrolled();
    expect(await removeWith(user, await forged(user, {}))).toBe('OK');
  });

  const NOW = Math.floor(Date.now() / 1000);
  it.each<[string, Changes]>([
    ['without an expiry', { claims: { exp: undefined } }],
    ['that has expired', { claims: { exp: NOW - 1 } }],
    ['that is not yet valid', { claims: { nbf: NOW + 60 } }],
    ['for another service', { claims: { aud: 'bank' } }],
    ['for several services', { claims: { aud: [STEP_UP.PROOF_ISSUER, 'bank'] } }],
    ['for nobody', { claims: { aud: undefined } }],
    ['of another issuer', { claims: { iss: 'https://other.example' } }],
    ['of another user', { claims: { sub: 'somebody-else' } }],
    ['of no user', { claims: { sub: undefined } }],
    ['without its methods', { claims: { amr: undefined } }],
    ['with one of its methods', { claims: { amr: ['otp'] } }],
    ['with the other of its methods', { claims: { amr: ['sms'] } }],
    ['with other methods', { claims: { amr: ['pwd'] } }],
    ['with its methods as a text', { claims: { amr: 'otp sms' } }],
    ['for signing in', { claims: { purpose: 'LOGIN' } }],
    ['for no purpose', { claims: { purpose: undefined } }],
    ['of another enrolment', { claims: { factor: 1 } }],
    ['of no enrolment', { claims: { factor: undefined } }],
    ['of an enrolment that is a text', { claims: { factor: '4' } }],
    ['without an id', { claims: { jti: undefined } }],
    ['with an id that is no text', { claims: { jti: 7 } }],
    ['of another type', { header: { typ: 'JWT' } }],
    ['of the type of access tokens', { header: { typ: 'at+jwt' } }],
    ['of no type', { header: { typ: undefined } }],
    ['with an extension', { header: { crit: ['b64'], b64: true } }],
    ['under a key that there is not', { header: { kid: 'other' } }],
    ['signed by another key', { signedBy: another }],
  ])('does not hold %s', async (_, changes) => {
    const user = await factor.enrolled();
    const proof = await forged(user, changes);
    const before = await itemsOf(user.sub);
    expect(await removeWith(user, proof)).toBe('STEP_UP_REQUIRED');
    expect(await itemsOf(user.sub)).toEqual(before);
  });

  it('does not hold when its code was asked for to sign in', async () => {
    const user = await factor.challenged();
    const { body } = await user.check(user.code());
    expect(await removeWith(user, String(body.proof))).toBe('STEP_UP_REQUIRED');
  });

  it('is no access token', async () => {
    const user = await factor.enrolled();
    const { 'step-up-proof': proof } = await proofOf(user);
    const answer = await factor.api.getPhone({ headers: { authorization: `Bearer ${proof}` } });
    expect(answer).toMatchObject({ status: 401 });
  });
});
