import { describe, expect, it } from 'vitest';
import { startIssuer } from '../support/api.ts';
import { later } from '../support/clock.ts';
import { codeTo, type FactorUser, factorOf, judged, reasonOf, somePhone } from '../support/factor.ts';
import { itemsOf } from '../support/partition.ts';

const issuer = await startIssuer();
const factor = factorOf(issuer);

const must = async (user: FactorUser, ...steps: Parameters<FactorUser['call']>[]) => {
  for (const step of steps) expect(await user.call(...step)).toMatchObject({ status: 200 });
};

/** Sets the same number again and proves it: another version of the phone. */
const proveAgain = async (user: FactorUser) => {
  later(4_000);
  await must(user, ['setPhone', { phone: user.phone }]);
  await must(user, ['verifyPhone', { code: user.code() }]);
};

describe('a code that was good', () => {
  it('is refused after its success', async () => {
    const user = await factor.challenged();
    expect(await user.check(user.code())).toMatchObject({ status: 200 });
    expect(reasonOf(await user.check(user.code()))).toBe('OTP_SMS_CODE_NOT_PENDING');
    expect(await judged(user)).toEqual({ failed: 0, succeeded: 1 });
  });

  it('is good to its last millisecond, and refused from then on while the table still has it', async () => {
    later(0);
    const [early, late] = [await factor.challenged(), await factor.challenged()];
    later(299.999);
    expect(await early.check(early.code())).toMatchObject({ status: 200 });
    later(0.001);
    expect(reasonOf(await late.check(late.code()))).toBe('OTP_SMS_CODE_EXPIRED');
    expect((await itemsOf(late.sub)).map(({ sk }) => sk)).toContain('STATE#CODE#OTP_SMS');
    expect(await judged(late)).toEqual({ failed: 0, succeeded: 0 });
  });

  it('is refused once there is a later one', async () => {
    const user = await factor.challenged();
    const former = user.code();
    later(2);
    await must(user, ['challengeOtpSms']);
    // Both draws may be the same digits; then there is no former code to refuse.
    if (user.code() !== former) expect(reasonOf(await user.check(former))).toBe('OTP_SMS_CODE_WRONG');
    expect(await user.check(user.code())).toMatchObject({ status: 200 });
  });

  it('is refused when the factor is removed, and when it is added anew', async () => {
    const user = await factor.challenged();
    await must(user, ['removeOtpSms']);
    expect(reasonOf(await user.check(user.code()))).toBe('OTP_SMS_NOT_CHECKABLE');
    await must(user, ['addOtpSms']);
    expect(reasonOf(await user.check(user.code()))).toBe('OTP_SMS_CODE_NOT_PENDING');
  });

  it('is refused when the phone is removed, and when the same one is verified and the factor added anew', async () => {
    const lasting = factorOf(issuer, { CODE_LIFE_SECONDS: '600' });
    const user = await lasting.challenged();
    const code = user.code();
    await must(user, ['removePhone']);
    expect(reasonOf(await user.check(code))).toBe('OTP_SMS_NOT_CHECKABLE');
    await must(user, ['setPhone', { phone: user.phone }]);
    await must(user, ['verifyPhone', { code: user.code() }], ['addOtpSms']);
    expect(reasonOf(await user.check(code))).toBe('OTP_SMS_CODE_NOT_PENDING');
  });

  it('is refused when another phone is verified, and when it is the former one again', async () => {
    const user = await factor.challenged();
    const code = user.code();
    expect(await user.moveTo(somePhone())).toMatchObject({ status: 200 });
    expect(reasonOf(await user.check(code))).toBe('OTP_SMS_CODE_NOT_PENDING');
    await proveAgain(user);
    expect(reasonOf(await user.check(code))).toBe('OTP_SMS_CODE_NOT_PENDING');
    expect(await judged(user)).toEqual({ failed: 0, succeeded: 0 });
  });

  it.each([
    ['login', 'checkOtpSms', 'OTP_SMS_CODE_WRONG'],
    ['verification', 'verifyPhone', 'PHONE_CODE_INVALID'],
  ] as const)('is good for one purpose: not that of the other for %s', async (_, operation, reason) => {
    const user = await factor.challenged();
    const login = user.code();
    const other = somePhone();
    await must(user, ['setPhone', { phone: other }]);
    const code = operation === 'checkOtpSms' ? codeTo(other) : login;
    if (codeTo(other) !== login) expect(reasonOf(await user.call(operation, { code }))).toBe(reason);
  });
});
