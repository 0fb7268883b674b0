import { describe, expect, it } from 'vitest';
import { startIssuer } from '../support/api.ts';
import { later } from '../support/clock.ts';
import { factorOf, metadataOf, otherThan, reasonOf } from '../support/factor.ts';

const issuer = await startIssuer();
const env = { RESEND_WAIT_SECONDS: '30' };
const factor = factorOf(issuer, env);

type Challenge = { readonly expiresAt: string; readonly resendAt: string };

/** Somebody with a code at hand, and what was said of it; the date stands still. */
const withCode = async (from = factor) => {
  later(0);
  const user = await from.enrolled();
  const { body } = await user.challenge();
  return { user, challenge: body.challenge as Challenge };
};

describe('a challenge that is refused while a code is at hand', () => {
  it('before its turn: tells until when the code is good, and when there is another', async () => {
    const { user, challenge } = await withCode();
    later(10);

    const answer = await user.challenge();

    expect(answer).toMatchObject({ status: 429, headers: { 'retry-after': '20' }, body: { code: 8 } });
    expect(reasonOf(answer)).toBe('SMS_TOO_SOON');
    expect(metadataOf(answer)).toEqual({ expiresAt: challenge.expiresAt, resendAt: challenge.resendAt });
    expect(new Date(challenge.resendAt).getTime() - Date.now()).toBe(20_000);
    expect(await user.check(user.code())).toMatchObject({ status: 200 });
  });

  it('after wrong guesses: tells the time that they put off', async () => {
    const { user, challenge } = await withCode();
    await user.check('000000');

    const answer = await user.challenge();

    expect(answer.headers['retry-after']).toBe('60');
    expect(metadataOf(answer)).toEqual({
      expiresAt: challenge.expiresAt,
      resendAt: new Date(Date.now() + 60_000).toISOString(),
    });
  });

  it('for a budget that is spent: tells the code all the same, and leaves it good', async () => {
    const { user, challenge } = await withCode(factorOf(issuer, { ...env, SMS_BUDGET_USER: '1' }));
    later(60);

    const answer = await user.challenge();

    expect(answer).toMatchObject({ status: 429, body: { code: 8 } });
    expect(reasonOf(answer)).toBe('SMS_BUDGET_SPENT');
    expect(metadataOf(answer)).toEqual({
      expiresAt: challenge.expiresAt,
      resendAt: challenge.resendAt,
    });
    expect(await user.check(user.code())).toMatchObject({ status: 200 });
  });

  it('for a country that is not allowed any more: tells the code all the same, and leaves it good', async () => {
    const { user, challenge } = await withCode();
    const elsewhere = await factorOf(issuer, { ...env, SMS_COUNTRIES: 'DE' }).caller(user.sub, user.phone);

    const answer = await elsewhere.challenge();

    expect(reasonOf(answer)).toBe('SMS_COUNTRY_NOT_ALLOWED');
    expect(metadataOf(answer)).toEqual({
      country: 'CH',
      expiresAt: challenge.expiresAt,
      resendAt: challenge.resendAt,
    });
    expect(await user.check(user.code())).toMatchObject({ status: 200 });
  });

  it('by the network, which may have delivered it all the same: tells the code that was sent, and its id', async () => {
    later(0);
    const user = await factor.enrolled('+41790000006'); // of the inbox's failing numbers: nobody knows

    const answer = await user.challenge();

    expect(reasonOf(answer)).toBe('SMS_UNAVAILABLE');
    expect(metadataOf(answer)).toEqual({
      expiresAt: new Date(Date.now() + 300_000).toISOString(),
      resendAt: new Date(Date.now() + 30_000).toISOString(),
      challengeId: expect.stringMatching(/^[\w-]{22}$/),
    });
  });

  it('with an idempotency key: tells it too, and is decided anew when it is repeated in its turn', async () => {
    const { user, challenge } = await withCode();
    const key = { 'idempotency-key': '"again"' };

    expect(metadataOf(await user.challenge(key))).toEqual({
      expiresAt: challenge.expiresAt,
      resendAt: challenge.resendAt,
    });
    later(30);
    expect(await user.challenge(key)).toMatchObject({ status: 200 });
  });
});

describe('a challenge that is refused when the code at hand is good no more', () => {
  it.each<[string, (user: Awaited<ReturnType<typeof withCode>>['user']) => Promise<unknown>]>([
    [
      'was guessed at too often',
      async (user) => Promise.all([1, 2, 3, 4, 5].map((shift) => user.check(otherThan(user.code(), shift)))),
    ],
    ['went away with the factor', async (user) => [await user.call('removeOtpSms'), await user.call('addOtpSms')]],
  ])('tells none that %s', async (_, spoil) => {
    const { user } = await withCode();
    await spoil(user);

    expect(metadataOf(await user.challenge())).toEqual({ resendAt: expect.any(String) });
  });

  it('tells none that has expired', async () => {
    const { user } = await withCode(factorOf(issuer, { ...env, CODE_LIFE_SECONDS: '30', RESEND_WAIT_SECONDS: '40' }));
    later(30);

    expect(metadataOf(await user.challenge())).toEqual({ resendAt: expect.any(String) });
  });
});
