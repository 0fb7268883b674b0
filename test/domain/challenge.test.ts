import { describe, expect, it } from 'vitest';
import { challengeOtpSms, checkOtpSms } from '../../lib/domain/challenge.ts';
import { setPhone, verifyPhone } from '../../lib/domain/phone.ts';
import { removeOtpSms } from '../../lib/domain/removeOtpSms.ts';
import type { User } from '../../lib/domain/user.ts';
import { A, at, B, code, comesTo, facts, given, POLICY, when } from '../support/given.ts';

const enrolled = given([facts.changed(A), facts.verified(A), facts.added]);
const challenged = given([facts.changed(A), facts.verified(A), facts.added, facts.challenged('good')]);

const wrongly = (user: User, times: number, seconds = 0): User => {
  let after = user;
  for (let attempt = 0; attempt < times; attempt++)
    after = when(after, checkOtpSms, { hash: 'bad' }, at(seconds)).after;
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

  it('refuses a country that is not allowed any more', () => {
    expect(comesTo(when(enrolled, challengeOtpSms, code(A, 'new', 'FR'))).reason).toBe('SMS_COUNTRY_NOT_ALLOWED');
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
    expect(comesTo(when(user, checkOtpSms, { hash }, at(seconds)))).toEqual(expected);
  });

  it('takes a code once', () => {
    const { after } = when(challenged, checkOtpSms, { hash: 'good' });
    expect(comesTo(when(after, checkOtpSms, { hash: 'good' })).reason).toBe('OTP_SMS_CODE_NOT_PENDING');
  });

  it('counts the tries down', () => {
    expect(when(challenged, checkOtpSms, { hash: 'bad' }).refusal?.metadata).toEqual({ attemptsRemaining: '4' });
    expect(when(wrongly(challenged, 4), checkOtpSms, { hash: 'bad' }).refusal?.metadata).toEqual({
      attemptsRemaining: '0',
    });
  });

  it('locks the factor across codes, for a time that grows, and opens it again', () => {
    const first = wrongly(challenged, 5);
    const second = when(first, challengeOtpSms, code(A, 'two'), at(4_000)).after;
    const shut = wrongly(second, 5, 4_000);
    expect(shut.otpSms?.guesses).toEqual({ failures: 10, lockedUntil: at(4_900).now.toISOString() });
    for (const decide of [challengeOtpSms, checkOtpSms]) {
      expect(when(shut, decide, code(A, 'two'), at(4_899)).refusal).toMatchObject({
        reason: 'OTP_SMS_LOCKED',
        metadata: { lockedUntil: at(4_900).now.toISOString() },
      });
    }
    expect(comesTo(when(shut, challengeOtpSms, code(A, 'three'), at(8_000))).events).toEqual([
      'mfa.otp.sms.code.added',
    ]);
  });

  it('has no tries left where the next wrong code locks', () => {
    const context = at(0, { policy: { ...POLICY, lockAfter: 1 } });
    expect(when(challenged, checkOtpSms, { hash: 'bad' }, context).refusal?.metadata).toEqual({
      attemptsRemaining: '0',
    });
  });

  it('sets wait and budget back with a success', () => {
    const { otpSms } = when(wrongly(challenged, 2), checkOtpSms, { hash: 'good' }).after;
    expect(otpSms).not.toHaveProperty('guesses');
    expect(otpSms).not.toHaveProperty('pace');
  });

  it('is void when the phone moves, and open again when another phone is verified', () => {
    const set = when(wrongly(challenged, 2), setPhone, code(B, 'b')).after;
    expect(comesTo(when(set, checkOtpSms, { hash: 'good' })).events).toEqual(['mfa.otp.sms.check.succeeded']);
    const moved = when(set, verifyPhone, { hash: 'b' }).after;
    expect(comesTo(when(moved, checkOtpSms, { hash: 'good' })).reason).toBe('OTP_SMS_CODE_NOT_PENDING');
    expect(moved.otpSms).not.toHaveProperty('guesses');
  });

  it('is void when the factor is removed', () => {
    const { after } = when(challenged, removeOtpSms, undefined);
    expect(after).not.toHaveProperty('otpSmsCode');
  });
});
