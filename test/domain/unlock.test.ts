import { describe, expect, it } from 'vitest';
import type { Fact } from '../../lib/domain/events.ts';
import { removePhone } from '../../lib/domain/phone.ts';
import { removeOtpSms } from '../../lib/domain/removeOtpSms.ts';
import { unlock } from '../../lib/domain/unlock.ts';
import { A, at, CHALLENGE, comesTo, facts, given, POLICY, when } from '../support/given.ts';

const OPERATOR = { by: 'OPERATOR', reason: 'lost' } as const;
const STRICT = { ...POLICY, stepUp: { acrValues: [], amrValues: [] } };
const byOperator = at(1, { editor: 'operator:alice', stepUp: OPERATOR, policy: STRICT });

const login: Fact = { type: 'user.human.mfa.otp.sms.check.failed', failures: 1, unlogged: CHALLENGE };
const verification: Fact = { type: 'user.human.phone.verification.failed', failures: 5, lockedUntil: 'later' };
const enrolled = [facts.changed(A), facts.verified(A), facts.added];

describe('unlocking', () => {
  it.each([
    ['wrong login codes', [...enrolled, facts.challenged('h'), login]],
    ['wrong verification codes', [facts.changed(A), facts.sent('h'), verification]],
    ['both', [facts.changed(A), facts.sent('h'), verification, facts.verified(A), facts.added, verification, login]],
  ])('has %s forgotten, by an event that names the operator and the reason', (_, before) => {
    const { events, after } = when(given(before), unlock, undefined, byOperator);
    expect(events).toMatchObject([
      { type: 'user.human.mfa.otp.sms.unlocked', editor: 'operator:alice', allowedBy: OPERATOR },
    ]);
    expect(after.root).not.toHaveProperty('otpSmsFailedAttempts');
    expect(after.root).not.toHaveProperty('phoneFailedAttempts');
  });

  it.each([
    ['somebody unknown', []],
    ['a user who got nothing wrong', enrolled],
  ])('is refused of %s', (_, before) => {
    expect(comesTo(when(given(before), unlock, undefined, byOperator))).toEqual({ events: [], reason: 'NOT_LOCKED' });
  });

  it('is no matter of the user', () => {
    const user = given([...enrolled, facts.challenged('h'), login]);
    expect(comesTo(when(user, unlock, undefined)).reason).toBe('STEP_UP_REQUIRED');
  });
});

describe('an operator', () => {
  it.each([
    ['the factor', removeOtpSms, enrolled, ['mfa.otp.sms.removed']],
    ['the phone, and the factor with it', removePhone, enrolled, ['mfa.otp.sms.removed', 'phone.removed']],
    ['the phone of a user without a factor', removePhone, [facts.changed(A)], ['phone.removed']],
  ])('removes %s without a proof, and the first event tells who allowed it', (_, decide, before, types) => {
    const outcome = when(given(before), decide, undefined, byOperator);
    expect(comesTo(outcome).events).toEqual(types);
    expect(outcome.events[0]).toMatchObject({ editor: 'operator:alice', allowedBy: OPERATOR });
  });
});
