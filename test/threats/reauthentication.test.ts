import { describe, expect, it } from 'vitest';
import { FOR_GOOD } from '../../lib/domain/failedAttempts.ts';
import { startIssuer } from '../support/api.ts';
import { later } from '../support/clock.ts';
import { type FactorUser, factorOf, metadataOf, reasonOf, somePhone } from '../support/factor.ts';
import { expectWhole } from '../support/partition.ts';
import { STEP_UP } from '../support/stepUp.ts';
import { tally, times } from '../support/times.ts';
import { recordWrongCodes } from '../support/wrongCodes.ts';

const issuer = await startIssuer();
const strong = factorOf(issuer, { ...STEP_UP, STEP_UP_ACR_VALUES: 'phr,phrh', STEP_UP_AMR_VALUES: 'hwk' });

const now = () => Math.floor(Date.now() / 1000);

/** The same user with a token that tells of another way of signing in. */
const signedIn = ({ sub, phone }: FactorUser, claims: Record<string, unknown>, at = strong) =>
  at.caller(sub, phone, { auth_time: now(), ...claims });

const challengeOf = async (api: typeof strong) => {
  const { status, headers } = await (await api.enrolled()).call('removeOtpSms');
  expect(status).toBe(401);
  return headers['www-authenticate'];
};

describe('a re-authentication by the identity provider', () => {
  it.each([
    ['acr', { acr: 'phr' }],
    ['another acr', { acr: 'phrh', amr: ['pwd'] }],
    ['amr', { amr: ['pwd', 'hwk'] }],
    ['a clock that is a little ahead', { acr: 'phr', auth_time: now() + 30 }],
    ['the last second', { acr: 'phr', auth_time: now() - 290 }],
  ])('is taken in the place of a proof by %s', async (_, claims) => {
    const user = await strong.enrolled();
    expect(await (await signedIn(user, claims)).call('removeOtpSms')).toMatchObject({ status: 200 });
    await expectWhole(user.sub);
  });

  it.each([
    ['without any claim', {}],
    ['with another acr', { acr: 'other' }],
    ['with several in one', { acr: 'phr phrh' }],
    ['with a list of acr', { acr: ['phr'] }],
    ['with a part of an amr', { amr: ['hw', 'hwkx'] }],
    ['with a text for amr', { amr: 'hwk' }],
    ['too long ago', { acr: 'phr', auth_time: now() - 301 }],
    ['in the future', { acr: 'phr', auth_time: now() + 120 }],
    ['in milliseconds', { acr: 'phr', auth_time: Date.now() }],
    ['with a text for the time', { acr: 'phr', auth_time: String(now()) }],
    ['without a time', { acr: 'phr', auth_time: undefined }],
  ])('is not taken %s', async (_, claims) => {
    const user = await strong.enrolled();
    const refusal = await (await signedIn(user, claims)).call('removePhone');
    expect(reasonOf(refusal)).toBe('STEP_UP_REQUIRED');
    expect(metadataOf(refusal)).toEqual({ acrValues: 'phr phrh', maxAge: '300' });
  });

  it('allows one thing', async () => {
    const user = await strong.enrolled();
    const again = await signedIn(user, { acr: 'phr' });
    expect(await again.call('setPhone', { phone: somePhone() })).toMatchObject({ status: 200 });
    expect(reasonOf(await again.call('removePhone'))).toBe('STEP_UP_REQUIRED');
    later(1);
    expect(await (await signedIn(user, { acr: 'phr' })).call('removePhone')).toMatchObject({ status: 200 });
    await expectWhole(user.sub);
  });

  it('allows one thing among twenty at the same time', async () => {
    const user = await strong.enrolled();
    const again = await signedIn(user, { acr: 'phr' });
    const answers = await times(20, () => again.call('setPhone', { phone: somePhone() }));
    expect(tally(answers.map(reasonOf)).OK).toBe(1);
    expect((await user.log()).filter((type) => type === 'phone.changed')).toHaveLength(2);
  });

  it('is not taken where the deployment names none', async () => {
    const plain = factorOf(issuer, STEP_UP);
    const user = await plain.enrolled();
    const again = await signedIn(user, { acr: 'phr', amr: ['hwk', 'mfa'] }, plain);
    expect(reasonOf(await again.call('removeOtpSms'))).toBe('STEP_UP_REQUIRED');
  });
});

describe('the challenge', () => {
  const HEADER = 'Bearer error="insufficient_user_authentication", error_description=';

  it('names what the identity provider is to be asked for, and nothing where nothing is taken', async () => {
    expect(await challengeOf(strong)).toMatch(/, acr_values="phr phrh", max_age=300$/);
    const byMethod = factorOf(issuer, { ...STEP_UP, STEP_UP_AMR_VALUES: 'hwk' });
    expect(await challengeOf(byMethod)).toMatch(/"[^,]*", max_age=300$/);
    const byProof = await challengeOf(factorOf(issuer, STEP_UP));
    expect(byProof).toContain(HEADER);
    expect(byProof).not.toMatch(/acr_values|max_age/);
  });
});

describe('a lock that no time opens', () => {
  /** As after a hundred wrong codes in a row. */
  const lockForGood = async (api: typeof strong) => {
    const user = await api.challenged();
    await recordWrongCodes(user, { failures: 100, lockedUntil: FOR_GOOD });
    later(3_600);
    return user;
  };

  it('is opened by a re-authentication, with the code that it asks for, once', async () => {
    const lax = factorOf(issuer, { ...STEP_UP, STEP_UP_ACR_VALUES: 'phr' });
    const user = await lockForGood(lax);
    expect(metadataOf(await user.challenge())).toEqual({ opensBy: 'REAUTHENTICATION' });
    const again = await signedIn(user, { acr: 'phr' }, lax);
    expect(reasonOf(await again.check('000000'))).toBe('OTP_SMS_LOCKED');
    expect(await again.challenge()).toMatchObject({ status: 200, body: { challenge: { attemptsRemaining: 5 } } });
    expect((await user.log()).slice(-2)).toEqual(['mfa.otp.sms.unlocked', 'mfa.otp.sms.code.added']);
    expect(await user.check(user.code())).toMatchObject({ status: 200 });
    expect(reasonOf(await again.call('removeOtpSms'))).toBe('STEP_UP_REQUIRED');
    await expectWhole(user.sub);
  });

  it('names the operator where there is no re-authentication, and the phone where step-up is off', async () => {
    const required = await lockForGood(factorOf(issuer, { ...STEP_UP }));
    expect(metadataOf(await required.challenge())).toEqual({ opensBy: 'OPERATOR' });
    const off = await lockForGood(factorOf(issuer));
    expect(metadataOf(await off.challenge())).toEqual({ opensBy: 'PHONE_VERIFICATION' });
  });
});
