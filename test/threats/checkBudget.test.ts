import { describe, expect, it } from 'vitest';
import { startIssuer } from '../support/api.ts';
import { later } from '../support/clock.ts';
import { type FactorUser, factorOf, judged, metadataOf, otherThan, reasonOf } from '../support/factor.ts';
import { expectWhole } from '../support/partition.ts';
import { tally, times } from '../support/times.ts';
import { recordWrongCodes } from '../support/wrongCodes.ts';

const issuer = await startIssuer();
const factor = factorOf(issuer);

/** Seconds after which the next message may go out, whatever there was. */
const LONG_WAIT = 4_000;

const guessWrongly = async (user: FactorUser, count: number) => {
  const answers = [];
  for (let guess = 1; guess <= count; guess++) answers.push(await user.check(otherThan(user.code(), guess)));
  return answers;
};

const challengeLater = async (user: FactorUser) => {
  later(LONG_WAIT);
  expect(await user.challenge()).toMatchObject({ status: 200 });
};

describe('wrong guesses at the same time', () => {
  it('500 of them are judged no more often than a code has tries, and void it', async () => {
    const user = await factor.challenged();
    const code = user.code();

    const answers = await times(500, (index) => user.check(otherThan(code, index + 1)));

    const { OTP_SMS_CODE_WRONG = 0, ...unjudged } = tally(answers.map(reasonOf));
    const expected = ['OTP_SMS_CODE_NOT_PENDING', 'CONCURRENT_CHANGE', 'STORAGE_UNAVAILABLE'];
    expect(expected).toEqual(expect.arrayContaining(Object.keys(unjudged)));
    const { failed } = await judged(user);
    expect(failed).toBeLessThanOrEqual(5);
    // The answer to one that was judged may be lost in the crowd, but none is given for free.
    expect(OTP_SMS_CODE_WRONG).toBeLessThanOrEqual(failed);
    const left = answers.flatMap((answer) => metadataOf(answer).attemptsRemaining ?? []);
    expect(new Set(left).size).toBe(OTP_SMS_CODE_WRONG);

    await guessWrongly(user, 5 - failed);
    expect(reasonOf(await user.check(code))).toBe('OTP_SMS_CODE_NOT_PENDING');
    expect(await judged(user)).toEqual({ failed: 5, succeeded: 0 });
    await expectWhole(user.sub);
  });

  it('are judged no more often than the factor has failures left, and lock it', async () => {
    const strict = factorOf(issuer, { LOCK_AFTER_FAILURES: '3' });
    const user = await strict.challenged();

    const answers = await times(60, (index) => user.check(otherThan(user.code(), index + 1)));

    expect(tally(answers.map(reasonOf))).toMatchObject({ OTP_SMS_CODE_WRONG: 3 });
    expect(await judged(user)).toEqual({ failed: 3, succeeded: 0 });
    expect(reasonOf(await user.check(user.code()))).toBe('OTP_SMS_LOCKED');
  });
});

describe('the failure budget', () => {
  it('is not renewed by another code, another token or another idempotency key', async () => {
    const user = await factor.challenged();
    await guessWrongly(user, 5);
    await challengeLater(user);
    const again = await factor.caller(user.sub, user.phone);
    for (let guess = 1; guess <= 5; guess++) {
      const key = { 'idempotency-key': `"guess-${guess}"` };
      const answer = await again.check(otherThan(user.code(), guess), key);
      expect(metadataOf(answer)).toEqual({ attemptsRemaining: String(5 - guess) });
      // The repetition of the one that locked the factor is refused for the lock.
      if (guess < 5) expect(await again.check(otherThan(user.code(), guess), key)).toEqual(answer);
    }
    expect(await judged(user)).toEqual({ failed: 10, succeeded: 0 });
    for (const token of [user, again, await factor.caller(user.sub, user.phone)]) {
      expect(reasonOf(await token.check(user.code()))).toBe('OTP_SMS_LOCKED');
      expect(reasonOf(await token.challenge({ 'idempotency-key': '"fresh"' }))).toBe('OTP_SMS_LOCKED');
    }
    expect(await judged(user)).toEqual({ failed: 10, succeeded: 0 });
  });

  it('is not renewed by removing the factor and adding it anew', async () => {
    const steps = ['removeOtpSms', 'addOtpSms'] as const;
    const user = await factor.challenged();
    await guessWrongly(user, 5);
    for (const step of steps) expect(await user.call(step)).toMatchObject({ status: 200 });
    expect(reasonOf(await user.challenge())).toBe('SMS_TOO_SOON');
    await challengeLater(user);
    await guessWrongly(user, 5);
    expect(reasonOf(await user.check(user.code()))).toBe('OTP_SMS_LOCKED');
    for (const step of steps) expect(await user.call(step)).toMatchObject({ status: 200 });
    expect(reasonOf(await user.challenge())).toBe('OTP_SMS_LOCKED');
  });

  it('makes the next message wait longer with each wrong code', async () => {
    const slow = factorOf(issuer, { RESEND_WAIT_SECONDS: '30' });
    later(0);
    const user = await slow.challenged();
    const waits = [];
    for (let guess = 0; guess < 5; guess++) {
      waits.push((await user.challenge()).headers['retry-after']);
      await guessWrongly(user, 1);
    }
    expect(waits).toEqual(['30', '60', '120', '240', '480']);
  });

  it('is set back by a success', async () => {
    const user = await factor.challenged();
    await guessWrongly(user, 4);
    expect(await user.check(user.code())).toMatchObject({ status: 200 });
    for (let codes = 0; codes < 2; codes++) {
      await challengeLater(user);
      expect((await guessWrongly(user, 4)).map(metadataOf).at(-1)).toEqual({ attemptsRemaining: '1' });
    }
    expect(await user.check(user.code())).toMatchObject({ status: 200 });
    expect(await judged(user)).toEqual({ failed: 12, succeeded: 2 });
  });

  it.each([
    [49, 14_400],
    [69, 57_600],
    [79, 86_400],
    [89, 86_400],
  ])('is closed longer after %i wrong codes and one more, for a day at the most', async (failures, seconds) => {
    later(0);
    const user = await factor.challenged();
    await recordWrongCodes(user, { failures });
    await guessWrongly(user, 1);
    const { lockedUntil = '' } = metadataOf(await user.check(user.code()));
    expect((new Date(lockedUntil).getTime() - Date.now()) / 1000).toBe(seconds);
  });

  it('opens by time with a lock that grows, and never after 100 wrong codes in a row', async () => {
    const lax = factorOf(issuer, { LOCK_AFTER_FAILURES: '25' });
    const user = await lax.enrolled();
    const locks = [];
    const secondsUntil = (time: string) => (new Date(time).getTime() - Date.now()) / 1000;
    for (let codes = 1; codes <= 20; codes++) {
      later(100_000);
      expect(await user.challenge()).toMatchObject({ status: 200, body: { challenge: { attemptsRemaining: 5 } } });
      await guessWrongly(user, 5);
      const { lockedUntil } = metadataOf(await user.check(user.code()));
      if (codes % 5 === 0) locks.push(lockedUntil && secondsUntil(lockedUntil));
    }
    expect(await judged(user)).toEqual({ failed: 100, succeeded: 0 });
    expect(locks).toEqual([900, 1_800, 3_600, undefined]);
    expect(metadataOf(await user.check(user.code()))).toEqual({ opensBy: 'PHONE_VERIFICATION' });
    later(300 * 86_400);
    expect(reasonOf(await user.challenge())).toBe('OTP_SMS_LOCKED');
  });
});

describe('configuration', () => {
  it.each(['0', '101', '1000000', '-1', '1.5', '1e1', 'off', 'false', 'Infinity'])(
    'cannot switch the lock off with LOCK_AFTER_FAILURES=%s',
    (value) => {
      expect(() => factorOf(issuer, { LOCK_AFTER_FAILURES: value })).toThrow(
        `Set LOCK_AFTER_FAILURES to a whole number from 1 to 100, not "${value}"`,
      );
    },
  );
});
