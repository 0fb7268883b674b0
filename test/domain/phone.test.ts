import { describe, expect, it } from 'vitest';
import { adoptPhone, removePhone, resendPhoneVerification, setPhone, verifyPhone } from '../../lib/domain/phone.ts';
import { phoneOf, type User, verifiedPhoneOf } from '../../lib/domain/user.ts';
import { A, at, B, code, comesTo, facts, given, POLICY, when } from '../support/given.ts';

const pendingA = given([facts.changed(A), facts.sent('good')]);
const verifiedA = given([facts.changed(A), facts.sent('good'), facts.verified(A)]);

describe('setting a phone', () => {
  it.each([
    ['a first number', {}, A, { events: ['phone.changed', 'phone.code.added'], reason: undefined }],
    ['another number', verifiedA, B, { events: ['phone.changed', 'phone.code.added'], reason: undefined }],
    ['the same number', verifiedA, A, { events: [], reason: 'PHONE_UNCHANGED' }],
    ['the same number, unverified', pendingA, A, { events: [], reason: 'PHONE_UNCHANGED' }],
    ['another number before its turn', pendingA, B, { events: [], reason: 'SMS_TOO_SOON' }],
  ] as const)('%s', (_, user: User, phone, expected) => {
    expect(comesTo(when(user, setPhone, code(phone, 'h')))).toEqual(expected);
  });

  it('refuses what is no number', () => {
    expect(comesTo(when({}, setPhone, undefined))).toEqual({ events: [], reason: 'PHONE_INVALID' });
  });

  it.each([['FR'], [null]])('refuses a number of a country that is not allowed (%s)', (country) => {
    const { refusal } = when({}, setPhone, code(A, 'h', country));
    expect(refusal).toMatchObject({ reason: 'SMS_COUNTRY_NOT_ALLOWED', metadata: { country: country ?? 'none' } });
  });

  it.each([['FR'], [null]])('keeps the country with the number, and tells it with the code (%s)', (country) => {
    const context = at(0, { policy: { ...POLICY, countries: 'all' } });
    const { events, after } = when({}, setPhone, code(A, 'h', country), context);
    const told = [...events, after.phoneCode] as readonly { readonly country?: string }[];
    const expected = country ?? undefined;
    expect(told.map((each) => each.country)).toEqual([expected, expected, expected]);
    expect(phoneOf(after)).toEqual(country === null ? { phone: A } : { phone: A, country });
    const verified = when(after, verifyPhone, { hash: 'h' }, context).after;
    expect(verifiedPhoneOf(verified)).toEqual(phoneOf(after));
    expect(when(verified, removePhone, undefined, context).after.root).not.toHaveProperty('verifiedPhoneCountry');
  });

  it('keeps the number that was proven until the new one is', () => {
    const { after } = when(verifiedA, setPhone, code(B, 'new'));
    expect(after.root).toMatchObject({ phone: B, verifiedPhone: A });
    expect(when(after, verifyPhone, { hash: 'new' }).after.root).toMatchObject({ phone: B, verifiedPhone: B });
  });

  it('drops the number that waits when the one that is proven is set again, without a message', () => {
    const outcome = when(when(verifiedA, setPhone, code(B, 'b')).after, setPhone, code(A, 'a'), at(1));
    expect(comesTo(outcome)).toEqual({ events: ['phone.change.cancelled'], reason: undefined });
    expect(outcome.after.root).toMatchObject({ phone: A, verifiedPhone: A });
    expect(comesTo(when(outcome.after, verifyPhone, { hash: 'b' }, at(1))).reason).toBe('PHONE_CODE_NOT_PENDING');
    expect(comesTo(when(outcome.after, setPhone, code(A, 'a'), at(1))).reason).toBe('PHONE_UNCHANGED');
  });
});

describe('verifying a phone', () => {
  it.each([
    ['the right code', pendingA, 'good', 0, { events: ['phone.verified'], reason: undefined }],
    ['a wrong code', pendingA, 'bad', 0, { events: ['phone.verification.failed'], reason: 'PHONE_CODE_INVALID' }],
    [
      'a code one millisecond before it expires',
      pendingA,
      'good',
      299.999,
      { events: ['phone.verified'], reason: undefined },
    ],
    ['an expired code', pendingA, 'good', 300, { events: [], reason: 'PHONE_CODE_INVALID' }],
    ['no phone', {}, 'good', 0, { events: [], reason: 'PHONE_CODE_NOT_PENDING' }],
    ['twice', verifiedA, 'good', 0, { events: [], reason: 'PHONE_CODE_NOT_PENDING' }],
    ['no pending code', given([facts.changed(A)]), 'good', 0, { events: [], reason: 'PHONE_CODE_NOT_PENDING' }],
  ] as const)('%s', (_, user: User, hash, seconds, expected) => {
    expect(comesTo(when(user, verifyPhone, { hash }, at(seconds)))).toEqual(expected);
  });

  it('voids the code with the fifth wrong try, and locks for a time that grows', () => {
    let user = pendingA;
    for (let attempt = 0; attempt < 5; attempt++) user = when(user, verifyPhone, { hash: 'bad' }).after;
    expect(user.root?.phoneFailedAttempts).toEqual({ failures: 5, lockedUntil: at(900).now.toISOString() });
    for (const hash of ['good', 'bad', undefined]) {
      expect(when(user, verifyPhone, { hash }, at(100)).refusal).toEqual({
        reason: 'PHONE_VERIFICATION_LOCKED',
        retryAfter: 800,
        metadata: { lockedUntil: at(900).now.toISOString() },
      });
    }
    expect(comesTo(when(user, verifyPhone, { hash: 'good' }, at(900)))).toEqual({
      events: [],
      reason: 'PHONE_CODE_INVALID',
    });
    expect(when(user, resendPhoneVerification, code(A, 'h'), at(100)).refusal).toMatchObject({
      reason: 'PHONE_VERIFICATION_LOCKED',
      retryAfter: 800,
    });

    let again = when(user, resendPhoneVerification, code(A, 'two'), at(4_000)).after;
    for (let attempt = 0; attempt < 5; attempt++) again = when(again, verifyPhone, { hash: 'bad' }, at(4_000)).after;
    expect(again.root?.phoneFailedAttempts).toEqual({ failures: 10, lockedUntil: at(5_800).now.toISOString() });
  });

  it('gives no fresh tries for a resend, for another number, or for removing the phone', () => {
    let user = pendingA;
    for (let attempt = 0; attempt < 3; attempt++) user = when(user, verifyPhone, { hash: 'bad' }).after;
    user = when(user, removePhone, undefined).after;
    user = when(user, setPhone, code(B, 'good'), at(4_000)).after;
    for (let attempt = 0; attempt < 2; attempt++) user = when(user, verifyPhone, { hash: 'bad' }, at(4_000)).after;
    expect(comesTo(when(user, verifyPhone, { hash: 'good' }, at(4_000))).reason).toBe('PHONE_VERIFICATION_LOCKED');
  });

  it('counts the tries down, as far as the code and the lock leave some', () => {
    const left = (user: User) => when(user, verifyPhone, { hash: 'bad' }).refusal?.metadata;
    let user = pendingA;
    for (const attemptsRemaining of ['4', '3', '2', '1', '0']) {
      expect(left(user)).toEqual({ attemptsRemaining });
      user = when(user, verifyPhone, { hash: 'bad' }).after;
    }
    const three = when(
      when(when(pendingA, verifyPhone, { hash: 'bad' }).after, verifyPhone, { hash: 'bad' }).after,
      resendPhoneVerification,
      code(A, 'two'),
      at(200),
    ).after;
    expect(when(three, verifyPhone, { hash: 'bad' }, at(200)).refusal?.metadata).toEqual({ attemptsRemaining: '2' });
  });

  it('takes a code of another length for no guess, and tells how many digits it has', () => {
    expect(when(pendingA, verifyPhone, { hash: undefined })).toMatchObject({
      events: [],
      refusal: { reason: 'PHONE_CODE_LENGTH', metadata: { codeLength: '6' } },
    });
    expect(comesTo(when(pendingA, verifyPhone, { hash: undefined }, at(300))).reason).toBe('PHONE_CODE_INVALID');
    expect(comesTo(when({}, verifyPhone, { hash: undefined })).reason).toBe('PHONE_CODE_NOT_PENDING');
  });

  it('sets the budget back with a success', () => {
    const wrong = when(pendingA, verifyPhone, { hash: 'bad' }).after;
    const { root } = when(wrong, verifyPhone, { hash: 'good' }).after;
    expect(root?.phoneFailedAttempts).toBeUndefined();
    expect(root?.phoneResendBackoff).toBeUndefined();
  });
});

describe('asking for another code', () => {
  it.each([
    ['already verified', verifiedA, 0, { events: [], reason: 'PHONE_ALREADY_VERIFIED' }],
    ['before its turn', pendingA, 29, { events: [], reason: 'SMS_TOO_SOON' }],
    ['in its turn', pendingA, 30, { events: ['phone.code.added'], reason: undefined }],
  ] as const)('%s', (_, user: User, seconds, expected) => {
    expect(comesTo(when(user, resendPhoneVerification, code(A, 'new'), at(seconds)))).toEqual(expected);
  });

  it('refuses where no phone is set', () => {
    expect(comesTo(when({}, resendPhoneVerification, undefined)).reason).toBe('PHONE_NOT_SET');
  });

  it('tells what the phone is before it asks whether it can be sent to', () => {
    const abroad = code(A, 'h', 'FR');
    expect(comesTo(when(verifiedA, resendPhoneVerification, abroad)).reason).toBe('PHONE_ALREADY_VERIFIED');
    expect(comesTo(when(pendingA, resendPhoneVerification, abroad)).reason).toBe('SMS_COUNTRY_NOT_ALLOWED');
  });

  it('voids the former code', () => {
    const { after } = when(pendingA, resendPhoneVerification, code(A, 'new'), at(30));
    expect(comesTo(when(after, verifyPhone, { hash: 'good' }, at(30))).reason).toBe('PHONE_CODE_INVALID');
    expect(comesTo(when(after, verifyPhone, { hash: 'new' }, at(30))).events).toEqual(['phone.verified']);
  });

  it('tells the code at hand when it is refused, and waits longer each time', () => {
    expect(when(pendingA, resendPhoneVerification, code(A, 'h'), at(10)).refusal).toMatchObject({
      retryAfter: 20,
      metadata: { resendAt: at(30).now.toISOString(), expiresAt: at(300).now.toISOString() },
    });
    const twice = when(pendingA, resendPhoneVerification, code(A, 'h'), at(30)).after;
    expect(when(twice, resendPhoneVerification, code(A, 'h'), at(31)).refusal).toMatchObject({ retryAfter: 59 });
    const nextDay = when(twice, resendPhoneVerification, code(A, 'h'), at(86_500)).after;
    expect(nextDay.root?.phoneResendBackoff?.sends).toBe(1);
  });
});

describe('removing a phone', () => {
  it('takes the factor along', () => {
    const { after, ...outcome } = when(
      given([facts.changed(A), facts.verified(A), facts.added]),
      removePhone,
      undefined,
    );
    expect(comesTo({ after, ...outcome }).events).toEqual(['mfa.otp.sms.removed', 'phone.removed']);
    expect(after.otpSms).toBeUndefined();
    expect(after.root).not.toHaveProperty('phone');
    expect(after.root).not.toHaveProperty('verifiedPhone');
    expect(comesTo(when(after, setPhone, code(A, 'again'))).events).toEqual(['phone.changed', 'phone.code.added']);
  });

  it('is one event without a factor, and refused without a phone', () => {
    expect(comesTo(when(pendingA, removePhone, undefined)).events).toEqual(['phone.removed']);
    expect(comesTo(when({}, removePhone, undefined)).reason).toBe('PHONE_NOT_FOUND');
  });
});

describe('a phone that the identity provider has verified', () => {
  it.each([
    ['a user who is not known yet', {}, { phone: A, country: 'CH' }, ['phone.changed', 'phone.verified']],
    ['a user who is', pendingA, { phone: B, country: 'CH' }, []],
    ['no such phone', {}, undefined, []],
    ['a phone of a country that no message may go to', {}, { phone: A, country: 'FR' }, []],
    ['a phone of no country', {}, { phone: A }, []],
  ] as const)('%s', (_, user: User, claimedPhone, events) => {
    const context = claimedPhone === undefined ? at(0) : at(0, { claimedPhone });
    const { after, ...outcome } = when(user, adoptPhone, undefined, context);
    expect(comesTo({ after, ...outcome }).events).toEqual(events);
    expect(verifiedPhoneOf(after)).toEqual(events.length > 0 ? claimedPhone : undefined);
  });
});
