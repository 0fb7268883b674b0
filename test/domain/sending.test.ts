import { describe, expect, it } from 'vitest';
import { addOtpSms } from '../../lib/domain/addOtpSms.ts';
import { challengeOtpSms, checkOtpSms, resumeChallenge } from '../../lib/domain/challenge.ts';
import { accept, type Decide } from '../../lib/domain/decision.ts';
import { refuseIfVerificationLocked, resendPhoneVerification, setPhone, verifyPhone } from '../../lib/domain/phone.ts';
import { removeOtpSms } from '../../lib/domain/removeOtpSms.ts';
import { isFirstLoginOfDay, lastSent } from '../../lib/domain/sending.ts';
import type { User } from '../../lib/domain/user.ts';
import { A, at, B, CHALLENGE, code, comesTo, facts, given, guess, NOW, POLICY, when } from '../support/given.ts';

const DAY = 86_400;

const pendingA = given([facts.changed(A), facts.sent('good')]);
const enrolled = given([facts.changed(A), facts.verified(A), facts.added]);

/** The user after messages of a kind, each so many seconds after the one before. */
const afterMessages = (user: User, decide: Decide<ReturnType<typeof code>>, times: number, pause: number): User => {
  let after = user;
  for (let message = 1; message <= times; message++) {
    const outcome = when(after, decide, code(A, 'h'), at(message * pause));
    expect(comesTo(outcome).reason).toBeUndefined();
    after = outcome.after;
  }
  return after;
};

describe("a user's own messages of a day", () => {
  it.each([
    ['verification', 'user', afterMessages(pendingA, resendPhoneVerification, 9, 3_600), resendPhoneVerification, 0],
    ['login', 'login-user', afterMessages(enrolled, challengeOtpSms, 10, 3_600), challengeOtpSms, 3_600],
  ] as const)('with %s codes are ten, whatever window is looked at', (_, budget, user, decide, first) => {
    const { refusal } = when(user, decide, code(A, 'h'), at(12 * 3_600));
    const opens = first + DAY;
    expect(refusal).toMatchObject({
      reason: 'SMS_BUDGET_SPENT',
      budget,
      retryAfter: opens - 12 * 3_600,
      metadata: { resendAt: at(opens).now.toISOString() },
    });
    expect(comesTo(when(user, decide, code(A, 'h'), at(opens - 1))).reason).toBe('SMS_BUDGET_SPENT');
    expect(comesTo(when(user, decide, code(A, 'h'), at(opens))).reason).toBeUndefined();
  });

  it('have nothing to do with those of the other kind', () => {
    const user = afterMessages(enrolled, challengeOtpSms, 10, 3_600);
    expect(comesTo(when(user, setPhone, code(B, 'h'), at(12 * 3_600))).reason).toBeUndefined();
  });

  it('know the first login code of a day, which is sent though others have spent a share', () => {
    expect(isFirstLoginOfDay({}, at(0))).toBe(true);
    expect(isFirstLoginOfDay(enrolled, at(0))).toBe(true);
    const once = when(enrolled, challengeOtpSms, code(A, 'h')).after;
    expect(isFirstLoginOfDay(once, at(DAY - 1))).toBe(false);
    expect(isFirstLoginOfDay(once, at(DAY))).toBe(true);
  });

  it('tell when the last one of a kind went where, unless the number is gone', () => {
    expect([lastSent('PHONE', {}), lastSent('OTP_SMS', {}), lastSent('OTP_SMS', enrolled)]).toEqual(
      Array(3).fill(undefined),
    );
    expect(lastSent('PHONE', pendingA)).toEqual({ phone: A, atMs: NOW.getTime() });
    const twice = when(pendingA, resendPhoneVerification, code(A, 'h'), at(30)).after;
    expect(lastSent('PHONE', twice)).toEqual({ phone: A, atMs: NOW.getTime() + 30_000 });
    const once = when(enrolled, challengeOtpSms, code(A, 'h'), at(1)).after;
    expect(lastSent('OTP_SMS', when(once, setPhone, code(B, 'h'), at(9)).after)).toEqual({
      phone: A,
      atMs: NOW.getTime() + 1_000,
    });
    const { phone: _, ...root } = twice.root ?? {};
    expect(lastSent('PHONE', { root } as User)).toBeUndefined();
  });
});

describe('a message', () => {
  it.each([
    ['a country that is allowed', 'CH', POLICY.countries, undefined],
    ['another one', 'FR', POLICY.countries, 'SMS_COUNTRY_NOT_ALLOWED'],
    ['no country', null, POLICY.countries, 'SMS_COUNTRY_NOT_ALLOWED'],
    ['no country, where all are allowed', null, 'all', undefined],
  ] as const)('to %s', (_, country, countries, reason) => {
    const context = at(0, { policy: { ...POLICY, countries } });
    const outcome = when({}, setPhone, code(A, 'h', country), context);
    expect(comesTo(outcome).reason).toBe(reason);
    expect(Object.keys(outcome.after.phoneCode ?? {}).includes('country')).toBe(
      reason === undefined && country !== null,
    );
  });
});

describe('adding the factor', () => {
  it('is allowed five times in any hour, and its removal always', () => {
    let user = given([facts.changed(A), facts.verified(A)]);
    for (let turn = 0; turn < 5; turn++) {
      user = when(user, addOtpSms, undefined, at(turn * 60)).after;
      user = when(user, removeOtpSms, undefined, at(turn * 60)).after;
    }
    expect(when(user, addOtpSms, undefined, at(600)).refusal).toEqual({
      reason: 'OTP_SMS_ADDED_TOO_OFTEN',
      retryAfter: 3_000,
    });
    expect(comesTo(when(user, addOtpSms, undefined, at(3_600))).events).toEqual(['mfa.otp.sms.added']);
  });
});

describe('a challenge that is asked for again by its id', () => {
  const challenged = given([facts.changed(A), facts.verified(A), facts.added, facts.challenged('good')]);
  const wrongly = (times: number) => {
    let user = challenged;
    for (let count = 0; count < times; count++) user = when(user, checkOtpSms, guess('bad')).after;
    return user;
  };
  const moved = when(challenged, () => accept(facts.changed(B), facts.verified(B)), undefined).after;

  it.each<[string, User, number, string, string | undefined]>([
    ['is given while it lives', challenged, 299, 'id', undefined],
    ['is unknown by another id', challenged, 0, 'other', 'CHALLENGE_UNKNOWN'],
    ['is unknown once it is over', challenged, 300, 'id', 'CHALLENGE_UNKNOWN'],
    ['is unknown where there is none', enrolled, 0, 'id', 'CHALLENGE_UNKNOWN'],
    ['is given after four wrong codes', wrongly(4), 0, 'id', undefined],
    ['is unknown after five', wrongly(5), 0, 'id', 'CHALLENGE_UNKNOWN'],
    ['is unknown once the factor has moved', moved, 0, 'id', 'CHALLENGE_UNKNOWN'],
    ['is none without the factor', given([facts.changed(A)]), 0, 'id', 'OTP_SMS_NOT_CHALLENGEABLE'],
  ])('%s', (_, user, seconds, challengeHash, reason) => {
    const outcome = when(user, resumeChallenge, { challengeHash }, at(seconds));
    expect(comesTo(outcome)).toEqual({ events: [], reason });
    expect(outcome.after).toBe(user);
  });

  it('is unknown to a code that was made before codes had ids, or without a user', () => {
    const { challengeHash: _, ...code } = challenged.otpSmsCode ?? {};
    const former = { ...challenged, otpSmsCode: code } as User;
    expect(comesTo(when(former, resumeChallenge, CHALLENGE)).reason).toBe('CHALLENGE_UNKNOWN');
    const { root: __, ...rootless } = challenged;
    expect(comesTo(when(rootless, resumeChallenge, CHALLENGE)).reason).toBe('CHALLENGE_UNKNOWN');
    expect(comesTo(when(rootless, checkOtpSms, guess('good'))).reason).toBe('OTP_SMS_CODE_NOT_PENDING');
  });

  it('belongs to the check as well, and an event says to which it did', () => {
    const stranger = { hash: 'good', challengeHash: 'other' };
    expect(comesTo(when(challenged, checkOtpSms, stranger))).toEqual({ events: [], reason: 'CHALLENGE_UNKNOWN' });
    for (const hash of ['good', 'bad']) {
      expect(when(challenged, checkOtpSms, guess(hash)).events).toMatchObject([{ unlogged: CHALLENGE }]);
    }
    expect(comesTo(when(moved, checkOtpSms, guess('good'))).reason).toBe('OTP_SMS_CODE_NOT_PENDING');
  });
});

describe('a verification code', () => {
  it('is none without a number, and tells what is left', () => {
    const { root: _, ...codeAlone } = pendingA;
    expect(comesTo(when(codeAlone, verifyPhone, { hash: 'good' })).reason).toBe('PHONE_CODE_NOT_PENDING');
    const { phone: __, ...root } = pendingA.root ?? {};
    expect(comesTo(when({ ...pendingA, root } as User, verifyPhone, { hash: 'good' })).reason).toBe(
      'PHONE_CODE_NOT_PENDING',
    );
    expect(when({}, refuseIfVerificationLocked, undefined).refusal).toBeUndefined();
    expect(when(pendingA, refuseIfVerificationLocked, undefined)).toMatchObject({ events: [] });
    const verified = { ...pendingA, root: { ...pendingA.root, verifiedPhone: A } } as User;
    expect(comesTo(when(verified, verifyPhone, { hash: 'good' })).reason).toBe('PHONE_CODE_NOT_PENDING');
    let user = pendingA;
    for (const left of ['4', '3', '2', '1', '0']) {
      const outcome = when(user, verifyPhone, { hash: 'bad' });
      expect(outcome.refusal?.metadata).toEqual({ attemptsRemaining: left });
      user = outcome.after;
    }
    expect(comesTo(when(user, verifyPhone, { hash: 'good' }, at(60))).reason).toBe('PHONE_VERIFICATION_LOCKED');
    expect(comesTo(when(user, refuseIfVerificationLocked, undefined, at(60))).reason).toBe('PHONE_CODE_INVALID');
    const { phoneFailedAttempts: ___, ...open } = user.root ?? {};
    const unlocked = { ...user, root: open } as User;
    expect(comesTo(when(unlocked, verifyPhone, { hash: 'good' }, at(60)))).toEqual({
      events: [],
      reason: 'PHONE_CODE_INVALID',
    });
  });
});
