import { describe, expect, it } from 'vitest';
import { addOtpSms } from '../../lib/domain/addOtpSms.ts';
import { accept } from '../../lib/domain/decision.ts';
import { setPhone, verifyPhone } from '../../lib/domain/phone.ts';
import { removeOtpSms } from '../../lib/domain/removeOtpSms.ts';
import type { User } from '../../lib/domain/user.ts';
import { A, at, B, code, comesTo, facts, given, POLICY, when } from '../support/given.ts';

const verified = given([facts.changed(A), facts.verified(A)]);
const enrolled = given([facts.changed(A), facts.verified(A), facts.added]);

describe('adding OTP SMS', () => {
  it.each([
    ['a verified phone', verified, { events: ['mfa.otp.sms.added'], reason: undefined }],
    [
      'verified A, then set B',
      when(verified, setPhone, code(B, 'b')).after,
      { events: ['mfa.otp.sms.added'], reason: undefined },
    ],
    ['added already', enrolled, { events: [], reason: 'OTP_SMS_ALREADY_ADDED' }],
    ['unknown user', {}, { events: [], reason: 'PHONE_NOT_VERIFIED' }],
    ['phone not verified', given([facts.changed(A)]), { events: [], reason: 'PHONE_NOT_VERIFIED' }],
    [
      'added already, asked before the phone',
      { ...enrolled, root: given([facts.changed(A)]).root } as User,
      { events: [], reason: 'OTP_SMS_ALREADY_ADDED' },
    ],
  ])('%s', (_, user: User, expected) => {
    expect(comesTo(when(user, addOtpSms, undefined))).toEqual(expected);
  });

  it('gives the event the next place in the log, and the factor its times', () => {
    const { events, after } = when(verified, addOtpSms, undefined, at(5));
    const createdAt = at(5).now.toISOString();
    expect(events).toEqual([
      { type: 'user.human.mfa.otp.sms.added', sequence: 3, createdAt, editor: 'user', resourceOwner: 'owner' },
    ]);
    expect(after.otpSms).toEqual({ sequence: 3, enrolledAt: 3, creationDate: createdAt, changeDate: createdAt });
    expect(after.root).toMatchObject({ sequence: 3, creationDate: at(0).now.toISOString(), changeDate: createdAt });
  });
});

describe('removing OTP SMS', () => {
  it('removes, refuses a second time, and lets it be added again', () => {
    const { after, ...removal } = when(enrolled, removeOtpSms, undefined);
    expect(comesTo({ after, ...removal })).toEqual({ events: ['mfa.otp.sms.removed'], reason: undefined });
    expect(comesTo(when(after, removeOtpSms, undefined)).reason).toBe('OTP_SMS_NOT_ADDED');
    expect(comesTo(when(after, addOtpSms, undefined)).events).toEqual(['mfa.otp.sms.added']);
  });
});

describe('who owns the user', () => {
  it.each([
    ['no claim', undefined, 'owner'],
    ['a claim', 'tenant', 'tenant'],
  ])('is stored with the first event: %s', (_, claimedOwner, owner) => {
    const context = at(0, claimedOwner === undefined ? {} : { claimedOwner });
    const { after } = when({}, setPhone, code(A, 'h'), context);
    expect(after.root?.resourceOwner).toBe(owner);
    expect(when(after, verifyPhone, { hash: 'h' }).events[0]?.resourceOwner).toBe(owner);
  });

  it('is the default one until a write whose token names one, told by an event before those of the write', () => {
    const named = at(1, { claimedOwner: 'tenant' });
    const read = when(verified, () => accept(), undefined, named);
    expect([comesTo(read).events, read.after]).toEqual([[], verified]);

    const { events, after } = when(verified, addOtpSms, undefined, named);
    expect(events).toMatchObject([
      { type: 'user.human.resourceowner.changed', sequence: 3, resourceOwner: 'tenant' },
      { type: 'user.human.mfa.otp.sms.added', sequence: 4, resourceOwner: 'tenant' },
    ]);
    expect(comesTo(when(after, removeOtpSms, undefined, named)).events).toEqual(['mfa.otp.sms.removed']);
    expect(comesTo(when(after, removeOtpSms, undefined)).events).toEqual(['mfa.otp.sms.removed']);
    const other = at(1, { claimedOwner: 'other' });
    expect(comesTo(when(after, removeOtpSms, undefined, other))).toEqual({
      events: [],
      reason: 'RESOURCE_OWNER_MISMATCH',
    });
  });

  it('that a token has named is not to be changed by another one, not even where it is called like the default', () => {
    const owned = given([facts.changed(A), facts.verified(A)], at(0, { claimedOwner: POLICY.defaultOwner }));
    const outcome = when(owned, addOtpSms, undefined, at(0, { claimedOwner: 'other' }));
    expect(comesTo(outcome)).toEqual({ events: [], reason: 'RESOURCE_OWNER_MISMATCH' });
  });
});
