import { describe, expect, it } from 'vitest';
import { addOtpSms } from '../../lib/domain/addOtpSms.ts';
import { challengeOtpSms, checkOtpSms, resumeChallenge } from '../../lib/domain/challenge.ts';
import { attemptsRemaining, type Code } from '../../lib/domain/code.ts';
import { removePhone, setPhone, verifyPhone } from '../../lib/domain/phone.ts';
import { removeOtpSms } from '../../lib/domain/removeOtpSms.ts';
import type { User } from '../../lib/domain/user.ts';
import { A, at, B, CHALLENGE, code, comesTo, facts, given, guess, POLICY, when } from '../support/given.ts';

const enrolled = given([facts.changed(A), facts.verified(A), facts.added]);
const challenged = given([facts.changed(A), facts.verified(A), facts.added, facts.challenged('good')]);

const wrongly = (user: User, times: number, seconds = 0): User => {
  let after = user;
  for (let attempt = 0; attempt < times; attempt++) after = when(after, checkOtpSms, guess('bad'), at(seconds)).after;
  return after;
};

describe('challenging OTP SMS', () => {
  it.each([
    ['enrolled', enrolled, 0, { events: ['mfa.otp.sms.code.added'], reason: undefined }],
    ['not enrolled', {}, 0, { events: [], reason: 'OTP_SMS_NOT_CHALLENGEABLE' }],
    ['before its turn', challenged, 29, { events: [], reason: 'SMS_TOO_SOON' }],
    ['in its turn', challenged, 30, { events: ['mfa.otp.sms.code.added'], reason: undefined }],
  ] as const)('%s', (_, user: User, seconds, expected) => {
    expect(comesTo(when(user, challengeOtpSms, code(A, 'new'), at(seconds)))).toEqual(expected);
  });

  it('refuses a country that is not allowed any more, and tells the code at hand', () => {
    expect(when(challenged, challengeOtpSms, code(A, 'new', 'FR'), at(60)).refusal).toMatchObject({
      reason: 'SMS_COUNTRY_NOT_ALLOWED',
      metadata: { country: 'FR', expiresAt: at(300).now.toISOString() },
    });
  });

  it('waits longer after wrong codes', () => {
    const user = wrongly(challenged, 2);
    expect(when(user, challengeOtpSms, code(A, 'new'), at(60)).refusal).toMatchObject({
      reason: 'SMS_TOO_SOON',
      retryAfter: 60,
    });
  });
});

describe('checking a code', () => {
  it.each([
    ['the right code', challenged, 'good', 0, { events: ['mfa.otp.sms.check.succeeded'], reason: undefined }],
    ['a wrong code', challenged, 'bad', 0, { events: ['mfa.otp.sms.check.failed'], reason: 'OTP_SMS_CODE_WRONG' }],
    ['an expired code', challenged, 'good', 300, { events: [], reason: 'OTP_SMS_CODE_EXPIRED' }],
    ['no challenge', enrolled, 'good', 0, { events: [], reason: 'OTP_SMS_CODE_NOT_PENDING' }],
    ['no factor', {}, 'good', 0, { events: [], reason: 'OTP_SMS_NOT_CHECKABLE' }],
    ['a void code', wrongly(challenged, 5), 'good', 0, { events: [], reason: 'OTP_SMS_CODE_NOT_PENDING' }],
  ] as const)('%s', (_, user: User, hash, seconds, expected) => {
    expect(comesTo(when(user, checkOtpSms, guess(hash), at(seconds)))).toEqual(expected);
  });

  it('takes a code of another length for no guess, and tells how many digits it has', () => {
    const typed = { ...guess('good'), hash: undefined };
    expect(when(challenged, checkOtpSms, typed)).toMatchObject({
      events: [],
      refusal: { reason: 'OTP_SMS_CODE_LENGTH', metadata: { codeLength: '6' } },
    });
    expect(comesTo(when(challenged, checkOtpSms, typed, at(300))).reason).toBe('OTP_SMS_CODE_EXPIRED');
    expect(comesTo(when(enrolled, checkOtpSms, typed)).reason).toBe('OTP_SMS_CODE_NOT_PENDING');
  });

  it('takes a code once', () => {
    const { after } = when(challenged, checkOtpSms, guess('good'));
    expect(comesTo(when(after, checkOtpSms, guess('good'))).reason).toBe('OTP_SMS_CODE_NOT_PENDING');
  });

  it('counts the tries down', () => {
    expect(when(challenged, checkOtpSms, guess('bad')).refusal?.metadata).toEqual({ attemptsRemaining: '4' });
    expect(when(wrongly(challenged, 4), checkOtpSms, guess('bad')).refusal?.metadata).toEqual({
      attemptsRemaining: '0',
    });
  });

  it('locks the factor across codes, for a time that grows, and opens it again', () => {
    const first = wrongly(challenged, 5);
    const second = when(first, challengeOtpSms, code(A, 'two'), at(4_000)).after;
    const shut = wrongly(second, 5, 4_000);
    expect(shut.root?.otpSmsFailedAttempts).toEqual({ failures: 10, lockedUntil: at(4_900).now.toISOString() });
    for (const refused of [
      when(shut, challengeOtpSms, code(A, 'two'), at(4_899)),
      when(shut, checkOtpSms, guess('two'), at(4_899)),
      when(shut, resumeChallenge, CHALLENGE, at(4_899)),
    ]) {
      expect(refused.refusal).toMatchObject({
        reason: 'OTP_SMS_LOCKED',
        metadata: { lockedUntil: at(4_900).now.toISOString() },
      });
    }
    expect(comesTo(when(shut, challengeOtpSms, code(A, 'three'), at(8_000))).events).toEqual([
      'mfa.otp.sms.code.added',
    ]);
  });

  it('gives no fresh tries and no earlier message for removing the factor or the phone, and adding it anew', () => {
    const spent = wrongly(challenged, 5);
    for (const remove of [removeOtpSms, removePhone]) {
      const removed = when(spent, remove, undefined).after;
      expect(removed.root).toMatchObject({ otpSmsFailedAttempts: { failures: 5 }, otpSmsResendBackoff: { sends: 1 } });
    }
    const again = when(when(spent, removeOtpSms, undefined).after, addOtpSms, undefined).after;
    expect(comesTo(when(again, challengeOtpSms, code(A, 'two'), at(959))).reason).toBe('SMS_TOO_SOON');
    const second = when(again, challengeOtpSms, code(A, 'two'), at(960)).after;
    expect(comesTo(when(wrongly(second, 5, 960), checkOtpSms, guess('two'), at(960))).reason).toBe('OTP_SMS_LOCKED');
  });

  it('counts the tries of a code that was sent after a lock', () => {
    const shut = wrongly(when(wrongly(challenged, 5), challengeOtpSms, code(A, 'two'), at(4_000)).after, 5, 4_000);
    const { after } = when(shut, challengeOtpSms, code(A, 'three'), at(8_000));
    expect(attemptsRemaining(after.otpSmsCode as Code, after.root?.otpSmsFailedAttempts, at(8_000))).toBe(5);
    expect(attemptsRemaining(after.otpSmsCode as Code, shut.root?.otpSmsFailedAttempts, at(4_000))).toBe(0);
  });

  it('locks the factor for good after 100 wrong codes in a row, until a phone is verified anew', () => {
    let user = enrolled;
    let seconds = 0;
    for (let codes = 0; codes < 20; codes++) {
      seconds += 100_000;
      user = wrongly(when(user, challengeOtpSms, code(A, 'good'), at(seconds)).after, 5, seconds);
    }
    expect(user.root?.otpSmsFailedAttempts?.failures).toBe(100);
    const never = at(1_000_000_000);
    expect(when(user, challengeOtpSms, code(A, 'good'), never).refusal).toMatchObject({
      reason: 'OTP_SMS_LOCKED',
      metadata: { opensBy: 'PHONE_VERIFICATION' },
    });
    const verified = when(when(user, setPhone, code(B, 'b'), never).after, verifyPhone, { hash: 'b' }, never).after;
    expect(comesTo(when(verified, challengeOtpSms, code(B, 'good'), never)).events).toEqual(['mfa.otp.sms.code.added']);
  });

  it('has no tries left where the next wrong code locks', () => {
    const context = at(0, { policy: { ...POLICY, lockAfter: 1 } });
    expect(when(challenged, checkOtpSms, guess('bad'), context).refusal?.metadata).toEqual({
      attemptsRemaining: '0',
    });
  });

  it('sets wait and budget back with a success', () => {
    const { root } = when(wrongly(challenged, 2), checkOtpSms, guess('good')).after;
    expect(root).not.toHaveProperty('otpSmsFailedAttempts');
    expect(root).not.toHaveProperty('otpSmsResendBackoff');
  });

  it('is void when the phone moves, and open again when another phone is verified', () => {
    const set = when(wrongly(challenged, 2), setPhone, code(B, 'b')).after;
    expect(comesTo(when(set, checkOtpSms, guess('good'))).events).toEqual(['mfa.otp.sms.check.succeeded']);
    const moved = when(set, verifyPhone, { hash: 'b' }).after;
    expect(comesTo(when(moved, checkOtpSms, guess('good'))).reason).toBe('OTP_SMS_CODE_NOT_PENDING');
    expect(moved.root).not.toHaveProperty('otpSmsFailedAttempts');
  });

  it('is void when the factor is removed', () => {
    const { after } = when(challenged, removeOtpSms, undefined);
    expect(after).not.toHaveProperty('otpSmsCode');
  });
});
