import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { startIssuer, users } from '../support/api.ts';
import { later } from '../support/clock.ts';
import { type FactorUser, factorOf, judged, otherThan, reasonOf, somePhone } from '../support/factor.ts';
import { itemsOf } from '../support/partition.ts';

const issuer = await startIssuer();
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const env = {
  PROOF_ISSUER: 'https://api.example',
  PROOF_KEY: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
  LOCK_AFTER_FAILURES: '3',
};
const factor = factorOf(issuer, env);

const KEY = { 'idempotency-key': '"once"' };
const OWNER = 'urn:zitadel:iam:user:resourceowner:id';

/** Somebody whose check is kept under the key; the date stands still. */
const checked = async () => {
  later(0);
  const user = await factor.challenged();
  const code = user.code();
  const answer = await user.check(code, KEY);
  expect(answer).toMatchObject({ status: 200, body: { proof: expect.stringMatching(/^eyJ/) } });
  return { user, code, answer, again: (as: FactorUser = user) => as.check(code, KEY) };
};

const lock = async (user: FactorUser) => {
  later(60);
  await user.challenge();
  const { failed } = await judged(user);
  for (let guess = failed; guess < 3; guess++) await user.check(otherThan(user.code(), guess + 1));
};

describe('a used code', () => {
  it('is answered again for two minutes under its key, and not a moment longer', async () => {
    const { user, again } = await checked();
    later(119.999);
    expect(await again()).toMatchObject({ status: 200, body: { proof: expect.any(String) } });
    later(0.001);
    expect(reasonOf(await again())).toBe('OTP_SMS_CODE_NOT_PENDING');
    expect(await judged(user)).toEqual({ failed: 0, succeeded: 1 });
  });

  it('is answered again to the session that checked it, and to no other of the user', async () => {
    const { user, again } = await checked();
    const elsewhere = await factor.caller(user.sub, user.phone, { jti: 'another session' });

    const answer = await again(elsewhere);

    expect(answer.status).toBe(422);
    expect(reasonOf(answer)).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(JSON.stringify(answer)).not.toContain('eyJ');
    expect(await again()).toMatchObject({ status: 200 });
  });

  it('is not answered again once the factor is locked', async () => {
    const { user, code } = await checked();
    const { challengeId } = (await user.challenge()).body.challenge as { readonly challengeId: string };
    expect(challengeId).toBeDefined();
    for (let guess = 1; guess <= 3; guess++) await user.check(otherThan(user.code(), guess));

    expect(reasonOf(await user.check(code, KEY))).toBe('OTP_SMS_LOCKED');
  });
});

describe('a kept answer', () => {
  it.each<[string, string, (user: FactorUser) => Promise<unknown>]>([
    ['challenge', 'challengeOtpSms', async () => {}],
    ['add', 'addOtpSms', (user) => user.call('removeOtpSms')],
    ['remove', 'removePhone', async () => {}],
  ])('of a %s is not given to a token that names another owner', async (_, name, given) => {
    const user = await factor.caller();
    await users.put(user.sub, { phone: user.phone, verified: true, resourceOwner: 'owner-1' });
    await user.call('addOtpSms');
    await given(user);
    const operation = name as 'addOtpSms';
    const first = await user.call(operation, {}, KEY);
    expect(first).toMatchObject({ status: 200 });
    const stranger = await factor.caller(user.sub, user.phone, { [OWNER]: 'owner-2' });

    const answer = await stranger.call(operation, {}, KEY);

    expect(answer).toMatchObject({ status: 403, body: { code: 7 } });
    expect(reasonOf(answer)).toBe('RESOURCE_OWNER_MISMATCH');
    expect(await user.call(operation, {}, KEY)).toEqual(first);
  });

  it('of a challenge is not given while the factor is locked', async () => {
    const user = await factor.enrolled();
    expect(await user.challenge(KEY)).toMatchObject({ status: 200 });
    await lock(user);

    expect(reasonOf(await user.challenge(KEY))).toBe('OTP_SMS_LOCKED');
  });

  it('tells another request under the key nothing of the code, right or wrong, and is no guess', async () => {
    const user = await factor.challenged();
    const code = user.code();
    const other = somePhone();
    expect(await user.call('setPhone', { phone: other }, KEY)).toMatchObject({ status: 200 });
    const before = await itemsOf(user.sub);

    const [right, wrong] = [await user.check(code, KEY), await user.check(otherThan(code), KEY)];

    expect(right).toMatchObject({ status: 422, body: { code: 3 } });
    expect(right).toEqual(wrong);
    expect(await itemsOf(user.sub)).toEqual(before);
    expect(await user.check(code)).toMatchObject({ status: 200 });
  });

  it('lies with what else there is of its user, where erasing finds it, and runs out', async () => {
    const { user } = await checked();
    await user.call('removePhone', {}, { 'idempotency-key': '"another"' });

    const kept = (await itemsOf(user.sub)).filter(({ sk }) => String(sk).startsWith('IDEMPOTENCY#'));

    const now = Date.now() / 1000;
    const lives = kept.map(({ expiresAt }) => new Date(String(expiresAt)).getTime() / 1000 - now).sort((a, b) => a - b);
    expect(lives).toEqual([120, 86_400]);
    for (const { ttl, expiresAt } of kept) expect(ttl).toBeGreaterThan(new Date(String(expiresAt)).getTime() / 1000);
    expect(JSON.stringify(kept)).not.toContain('eyJ');
  });
});
