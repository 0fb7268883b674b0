import { describe, expect, it } from 'vitest';
import { startIssuer } from '../support/api.ts';
import { later } from '../support/clock.ts';
import { type FactorUser, factorOf, judged, metadataOf, otherThan, reasonOf, somePhone } from '../support/factor.ts';
import { itemsOf } from '../support/partition.ts';
import { times } from '../support/times.ts';

const factor = factorOf(await startIssuer(), { LOCK_AFTER_FAILURES: '3' });

const lock = async (user: FactorUser) => {
  for (let guess = 1; guess <= 3; guess++) await user.check(otherThan(user.code(), guess));
  expect(reasonOf(await user.check(user.code()))).toBe('OTP_SMS_LOCKED');
};

const locked = async () => {
  const user = await factor.challenged();
  await lock(user);
  return user;
};

describe('a stranger', () => {
  it('cannot spend the budget without a token, or with a bad one', async () => {
    const user = await factor.challenged();
    const before = await itemsOf(user.sub);
    const [head, claims = '', signature] = String((await factor.caller()).headers.authorization).split('.');
    const told = JSON.parse(Buffer.from(claims, 'base64url').toString());
    const forged = Buffer.from(JSON.stringify({ ...told, sub: user.sub })).toString('base64url');

    for (const headers of [{}, { authorization: 'Bearer x' }, { authorization: `${head}.${forged}.${signature}` }]) {
      const body = JSON.stringify({ code: otherThan(user.code()), userId: user.sub });
      const answers = await times(20, () => factor.api.checkOtpSms({ headers, body }));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
      expect(await factor.api.challengeOtpSms({ headers })).toMatchObject({ status: 401 });
    }

    expect(await itemsOf(user.sub)).toEqual(before);
    expect(await user.check(user.code())).toMatchObject({ status: 200 });
  });

  it('cannot spend it with a token of his own', async () => {
    const user = await factor.challenged();
    const stranger = await factor.challenged();
    await lock(stranger);

    expect(await judged(user)).toEqual({ failed: 0, succeeded: 0 });
    expect(await user.check(user.code())).toMatchObject({ status: 200 });
  });

  it('who has the phone number as well does not lock out the one whose it is', async () => {
    const phone = somePhone();
    const user = await factor.challenged(phone);
    const code = user.code();
    await lock(await factor.challenged(phone));

    expect(await user.check(code)).toMatchObject({ status: 200 });
  });
});

describe("a lock is the factor's, not the account's", () => {
  it('the list, the phone, and setting and removing both go on', async () => {
    const user = await locked();

    expect((await user.call('listAuthFactors')).body).toEqual({
      result: [{ state: 'AUTH_FACTOR_STATE_READY', otpSms: {} }],
    });
    expect((await user.call('getPhone')).body.phone).toEqual({ phone: user.phone, isPhoneVerified: true });
    expect(await user.moveTo(somePhone())).toMatchObject({ status: 200 });
    expect(await user.call('removeOtpSms')).toMatchObject({ status: 200 });
    expect(await user.call('addOtpSms')).toMatchObject({ status: 200 });
    expect(await user.call('removePhone')).toMatchObject({ status: 200 });
  });
});

describe('the ways on that a lock tells', () => {
  it('it opens by itself at the time told, not a millisecond before, and takes a new code', async () => {
    later(0);
    const user = await locked();
    const { lockedUntil = '' } = metadataOf(await user.challenge());

    later((new Date(lockedUntil).getTime() - Date.now()) / 1000 - 0.001);
    expect(metadataOf(await user.challenge())).toEqual({ lockedUntil });
    later(0.001);
    expect(await user.challenge()).toMatchObject({ status: 200, body: { challenge: { attemptsRemaining: 3 } } });
    expect(await user.check(user.code())).toMatchObject({ status: 200 });
  });

  it('it opens at once when another phone is verified, which the codes go to then', async () => {
    const user = await locked();
    const other = somePhone();

    await user.moveTo(other);

    later(60);
    const moved = await factor.caller(user.sub, other);
    expect(await moved.challenge()).toMatchObject({ status: 200, body: { challenge: { attemptsRemaining: 3 } } });
    expect(await moved.check(moved.code())).toMatchObject({ status: 200 });
  });

  it('it opens when the same phone is verified anew, with the factor added again', async () => {
    const user = await locked();

    await user.call('removePhone');
    await user.moveTo(user.phone);
    await user.call('addOtpSms');

    later(60);
    expect(await user.challenge()).toMatchObject({ status: 200 });
    expect(await user.check(user.code())).toMatchObject({ status: 200 });
  });

  it('the factor that is locked can be removed, by itself and with the phone', async () => {
    for (const remove of ['removeOtpSms', 'removePhone'] as const) {
      const user = await locked();
      expect(await user.call(remove)).toMatchObject({ status: 200 });
      expect((await user.call('listAuthFactors')).body).toEqual({});
    }
  });

  it('setting a phone without withProof it opens nothing', async () => {
    const user = await locked();
    await user.call('setPhone', { phone: somePhone() });
    await user.call('verifyPhone', { code: '000000' });

    expect(reasonOf(await user.challenge())).toBe('OTP_SMS_LOCKED');
  });
});
