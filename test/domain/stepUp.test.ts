import { describe, expect, it } from 'vitest';
import { challengeOtpSms, refuseIfLocked } from '../../lib/domain/challenge.ts';
import { type Authentication, accept, type Context, type StepUp } from '../../lib/domain/decision.ts';
import type { Authority } from '../../lib/domain/events.ts';
import { FOR_GOOD } from '../../lib/domain/failedAttempts.ts';
import { removePhone, resendPhoneVerification, setPhone, verifyPhone } from '../../lib/domain/phone.ts';
import type { Policy } from '../../lib/domain/policy.ts';
import { removeOtpSms } from '../../lib/domain/removeOtpSms.ts';
import { wantsStepUp, withAuthority } from '../../lib/domain/stepUp.ts';
import type { User } from '../../lib/domain/user.ts';
import { A, at, B, CHALLENGE, code, comesTo, facts, given, NOW, POLICY, when } from '../support/given.ts';

const NOW_SECONDS = NOW.getTime() / 1_000;
const REQUIRED = { acrValues: [], amrValues: [] };
const MFA = { acrValues: ['phr', 'phrh'], amrValues: ['mfa'] };

const enrolled = given([facts.changed(A), facts.verified(A), facts.added]);
const PROOF: Extract<StepUp, { by: 'PROOF' }> = { by: 'PROOF', jti: 'j', enrolledAt: 3, issuedAt: NOW_SECONDS };

const under = (stepUp: Policy['stepUp'], more: Partial<Context> = {}, seconds = 0): Context =>
  at(seconds, { policy: { ...POLICY, stepUp }, ...more });

const signedIn = (age: number, more: Partial<Authentication> = {}): Partial<Context> => ({
  authentication: { authTime: NOW_SECONDS - age, amr: ['pwd', 'mfa'], ...more },
});

const used = (authTime: number): User => ({ ...enrolled, root: { ...enrolled.root, usedAuthTime: authTime } }) as User;

describe('what weakens an account', () => {
  it.each<[string, User, Context, Authority | 'nothing' | 'refused']>([
    ['without the factor', given([facts.changed(A)]), under(REQUIRED), 'nothing'],
    ['where step-up is off', enrolled, under('off'), { by: 'STEP_UP_OFF' }],
    ['with the token alone', enrolled, under(REQUIRED), 'refused'],
    ['with a proof', enrolled, under(REQUIRED, { stepUp: PROOF }), { by: 'PROOF', jti: 'j' }],
    ['with a proof that was used', enrolled, under(REQUIRED, { stepUp: PROOF, proofIsUsed: true }), 'refused'],
    ['with one of another enrolment', enrolled, under(REQUIRED, { stepUp: { ...PROOF, enrolledAt: 2 } }), 'refused'],
    [
      'with one of before the factor was added, as of who was erased and began anew',
      enrolled,
      under(REQUIRED, { stepUp: { ...PROOF, issuedAt: NOW_SECONDS - 1 } }),
      'refused',
    ],
    [
      'with a sign-in, where none is taken',
      enrolled,
      under(REQUIRED, signedIn(0, { acr: 'phr', amr: ['mfa'] })),
      'refused',
    ],
    ['with a sign-in of now', enrolled, under(MFA, signedIn(0)), { by: 'REAUTHENTICATION', authTime: NOW_SECONDS }],
    [
      'with one of five minutes ago',
      enrolled,
      under(MFA, signedIn(300)),
      { by: 'REAUTHENTICATION', authTime: NOW_SECONDS - 300 },
    ],
    ['with an older one', enrolled, under(MFA, signedIn(301)), 'refused'],
    [
      'with one of a clock that is ahead',
      enrolled,
      under(MFA, signedIn(-60)),
      { by: 'REAUTHENTICATION', authTime: NOW_SECONDS + 60 },
    ],
    ['with one of the future', enrolled, under(MFA, signedIn(-61)), 'refused'],
    ['with one that was used', used(NOW_SECONDS), under(MFA, signedIn(0)), 'refused'],
    ['with one before that', used(NOW_SECONDS), under(MFA, signedIn(1)), 'refused'],
    [
      'with one after that',
      used(NOW_SECONDS - 1),
      under(MFA, signedIn(0)),
      { by: 'REAUTHENTICATION', authTime: NOW_SECONDS },
    ],
    ['with one of one factor', enrolled, under(MFA, signedIn(0, { amr: ['pwd'] })), 'refused'],
    [
      'with one by its acr',
      enrolled,
      under(MFA, signedIn(0, { acr: 'phrh', amr: [] })),
      { by: 'REAUTHENTICATION', authTime: NOW_SECONDS },
    ],
    ['with one of another acr', enrolled, under(MFA, signedIn(0, { acr: 'mfa', amr: ['phr'] })), 'refused'],
    [
      'with a proof that was used and a sign-in',
      enrolled,
      under(MFA, { ...signedIn(0), stepUp: PROOF, proofIsUsed: true }),
      { by: 'REAUTHENTICATION', authTime: NOW_SECONDS },
    ],
  ])('%s', (_, user, context, expected) => {
    let told: Authority | undefined | 'never asked' = 'never asked';
    const decision = withAuthority(user, context, ({ allowedBy }) => {
      told = allowedBy;
      return accept();
    });
    if (expected === 'refused') {
      expect(decision.refusal?.reason).toBe('STEP_UP_REQUIRED');
      expect(told).toBe('never asked');
    } else {
      expect(decision).toEqual(accept());
      expect(told).toEqual(expected === 'nothing' ? undefined : expected);
    }
  });

  it.each<[string, Policy['stepUp'], object]>([
    ['nothing where only a proof is taken', REQUIRED, {}],
    ['values and age', MFA, { acrValues: 'phr phrh', maxAge: '300' }],
    ['the age alone where no acr is taken', { acrValues: [], amrValues: ['mfa'] }, { maxAge: '300' }],
    ['both where no amr is taken', { acrValues: ['phr'], amrValues: [] }, { acrValues: 'phr', maxAge: '300' }],
  ])('is refused with %s', (_, stepUp, metadata) => {
    expect(when(enrolled, removeOtpSms, undefined, under(stepUp)).refusal).toStrictEqual({
      reason: 'STEP_UP_REQUIRED',
      metadata,
    });
  });

  it('is wanted of whoever has the factor, unless it is switched off', () => {
    expect(wantsStepUp(enrolled, under(REQUIRED))).toBe(true);
    expect(wantsStepUp(enrolled, under('off'))).toBe(false);
    expect(wantsStepUp(given([facts.changed(A)]), under(REQUIRED))).toBe(false);
  });

  it.each([
    ['the factor', removeOtpSms],
    ['the phone', removePhone],
  ])('removing %s says what has allowed it', (_, decide) => {
    const { events } = when(enrolled, decide, undefined, under(REQUIRED, { stepUp: PROOF }));
    expect(events[0]).toMatchObject({ type: 'user.human.mfa.otp.sms.removed', allowedBy: { by: 'PROOF', jti: 'j' } });
    expect(comesTo(when(enrolled, decide, undefined, under(REQUIRED))).reason).toBe('STEP_UP_REQUIRED');
  });
});

describe('a number that is to take the place of the one of the factor', () => {
  const proven = under(REQUIRED, { stepUp: PROOF });
  const set = when(enrolled, setPhone, code(B, 'good'), proven);
  const pendingBefore = when(
    given([facts.changed(A), facts.verified(A), facts.changed(B), facts.sent('good')]),
    () => accept(facts.added),
    undefined,
  ).after;

  it('is set with a proof, which allows it for ten minutes', () => {
    expect(set.events[0]).toMatchObject({ allowedBy: { by: 'PROOF' }, authorisedUntil: at(600).now.toISOString() });
    expect(set.after.root).toMatchObject({ phone: B, verifiedPhone: A, authorisedUntil: at(600).now.toISOString() });
    expect(comesTo(when(enrolled, setPhone, code(B, 'good'), under(REQUIRED))).reason).toBe('STEP_UP_REQUIRED');
  });

  it.each([
    [30, undefined],
    [599, undefined],
    [600, 'STEP_UP_REQUIRED'],
    [86_400, 'STEP_UP_REQUIRED'],
  ])('is resent a code %i seconds later without another: %s', (seconds, reason) => {
    const later = when(set.after, resendPhoneVerification, code(B, 'new'), under(REQUIRED, {}, seconds));
    expect(later.refusal?.reason).toBe(reason);
    // What was allowed is not allowed for longer by being used.
    if (!reason) expect(later.after.root?.authorisedUntil).toBe(at(600).now.toISOString());
  });

  it('is verified without another while that lasts, and then no more', () => {
    const { after } = when(set.after, resendPhoneVerification, code(B, 'new'), under(REQUIRED, {}, 590));
    const verified = when(after, verifyPhone, { hash: 'new' }, under(REQUIRED, {}, 599));
    expect(comesTo(verified).events).toEqual(['phone.verified']);
    expect(verified.events[0]).not.toHaveProperty('allowedBy');
    expect(comesTo(when(after, verifyPhone, { hash: 'new' }, under(REQUIRED, {}, 600)))).toEqual({
      events: [],
      reason: 'STEP_UP_REQUIRED',
    });
  });

  it('is unchanged when it is set again while that lasts, and may be set anew with a proof after it', () => {
    expect(comesTo(when(set.after, setPhone, code(B, 'new'), under(REQUIRED, {}, 599))).reason).toBe('PHONE_UNCHANGED');
    expect(comesTo(when(set.after, setPhone, code(B, 'new'), under(REQUIRED, {}, 600))).reason).toBe(
      'STEP_UP_REQUIRED',
    );
    const again = under(REQUIRED, { stepUp: PROOF }, 600);
    expect(comesTo(when(set.after, setPhone, code(B, 'new'), again)).events).toEqual([
      'phone.changed',
      'phone.code.added',
    ]);
    expect(comesTo(when(set.after, setPhone, code(B, 'new'), under('off', {}, 600))).reason).toBe('PHONE_UNCHANGED');
  });

  it('wants a proof to be resent or verified where it waited before the factor was on', () => {
    for (const [decide, input] of [
      [resendPhoneVerification, code(B, 'new')],
      [verifyPhone, { hash: 'good' }],
    ] as const) {
      const decision = decide as typeof verifyPhone;
      expect(comesTo(when(pendingBefore, decision, input, under(REQUIRED, {}, 60))).reason).toBe('STEP_UP_REQUIRED');
      const stepUp = { ...PROOF, enrolledAt: pendingBefore.otpSms?.enrolledAt ?? 0 };
      const allowed = when(pendingBefore, decision, input, under(REQUIRED, { stepUp }, 60));
      expect(allowed.events[0]).toMatchObject({ allowedBy: { by: 'PROOF', jti: 'j' } });
    }
  });

  it('leaves a proof that a wrong code came with as it is', () => {
    const stepUp = { ...PROOF, enrolledAt: pendingBefore.otpSms?.enrolledAt ?? 0 };
    const { events } = when(pendingBefore, verifyPhone, { hash: 'bad' }, under(REQUIRED, { stepUp }));
    expect(events).toMatchObject([{ type: 'user.human.phone.verification.failed', allowedBy: { by: 'PROOF' } }]);
  });
});

describe('a factor that is locked for good', () => {
  const failed = (lockedUntil: string, failures = 100) =>
    ({ type: 'user.human.mfa.otp.sms.check.failed', failures, lockedUntil, unlogged: CHALLENGE }) as const;
  const locked = (until = FOR_GOOD) => given([facts.changed(A), facts.verified(A), facts.added, failed(until)]);

  it('is opened by a sign-in that is taken, used up by it, and by no other', () => {
    const opened = when(locked(), challengeOtpSms, code(A, 'new'), under(MFA, signedIn(0)));
    expect(comesTo(opened).events).toEqual(['mfa.otp.sms.unlocked', 'mfa.otp.sms.code.added']);
    expect(opened.after.root).toMatchObject({ usedAuthTime: NOW_SECONDS });
    expect(opened.after.root).not.toHaveProperty('otpSmsFailedAttempts');
    const again = { ...locked(), root: { ...locked().root, usedAuthTime: NOW_SECONDS } } as User;
    for (const [user, context] of [
      [again, under(MFA, signedIn(0))],
      [locked(), under(MFA)],
      [locked(at(60).now.toISOString()), under(MFA, signedIn(0))],
    ] as const) {
      expect(comesTo(when(user, challengeOtpSms, code(A, 'new'), context))).toEqual({
        events: [],
        reason: 'OTP_SMS_LOCKED',
      });
    }
  });

  it.each<[string, Policy['stepUp']]>([
    ['PHONE_VERIFICATION', 'off'],
    ['OPERATOR', REQUIRED],
    ['REAUTHENTICATION', MFA],
    ['REAUTHENTICATION', { acrValues: ['phr'], amrValues: [] }],
    ['REAUTHENTICATION', { acrValues: [], amrValues: ['mfa'] }],
  ])('says that it opens by %s', (opensBy, stepUp) => {
    expect(when(locked(), refuseIfLocked, undefined, under(stepUp)).refusal).toStrictEqual({
      reason: 'OTP_SMS_LOCKED',
      metadata: { opensBy },
    });
  });

  it('is told from one that opens by itself, and from one that is open', () => {
    const until = at(60).now.toISOString();
    expect(when(locked(until), refuseIfLocked, undefined, under(REQUIRED)).refusal).toStrictEqual({
      reason: 'OTP_SMS_LOCKED',
      metadata: { lockedUntil: until },
    });
    expect(when(locked(until), refuseIfLocked, undefined, under(REQUIRED, {}, 60))).toMatchObject({ events: [] });
    expect(when(locked(until), refuseIfLocked, undefined, under(REQUIRED, {}, 60)).refusal).toBeUndefined();
    expect(when({}, refuseIfLocked, undefined).refusal).toBeUndefined();
  });
});
