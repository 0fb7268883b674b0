import { describe, expect, it } from 'vitest';
import { startIssuer, users } from '../support/api.ts';
import { later } from '../support/clock.ts';
import { codeTo, type FactorUser, factorOf, otherThan, reasonOf, somePhone } from '../support/factor.ts';
import { expectWhole } from '../support/partition.ts';
import { proofOf, STEP_UP } from '../support/stepUp.ts';
import { tally, times } from '../support/times.ts';

const factor = factorOf(await startIssuer(), STEP_UP);

const setAnother = (user: FactorUser, proof: Record<string, string>) =>
  user.call('setPhone', { phone: somePhone() }, proof);

describe('a proof', () => {
  it('allows one thing', async () => {
    const user = await factor.enrolled();
    const proof = await proofOf(user);
    expect(await setAnother(user, proof)).toMatchObject({ status: 200 });
    later(60);
    for (const name of ['removePhone', 'removeOtpSms'] as const)
      expect(reasonOf(await user.call(name, {}, proof))).toBe('STEP_UP_REQUIRED');
    expect(reasonOf(await setAnother(user, proof))).toBe('STEP_UP_REQUIRED');
    await expectWhole(user.sub);
  });

  it('allows one thing among twenty at the same time', async () => {
    const user = await factor.enrolled();
    const proof = await proofOf(user);
    const answers = await times(20, () => user.call('removeOtpSms', {}, proof));
    const { OK, ...refused } = tally(answers.map(reasonOf));
    expect(OK).toBe(1);
    expect(['OTP_SMS_NOT_ADDED', 'STEP_UP_REQUIRED', 'CONCURRENT_CHANGE']).toEqual(
      expect.arrayContaining(Object.keys(refused)),
    );
  });

  it('is not used up by what is refused', async () => {
    const user = await factor.enrolled();
    const proof = await proofOf(user);
    expect(reasonOf(await user.call('setPhone', { phone: user.phone }, proof))).toBe('PHONE_UNCHANGED');
    expect(reasonOf(await user.call('setPhone', { phone: '+4179' }, proof))).toBe('PHONE_INVALID');
    expect(await user.call('removeOtpSms', {}, proof)).toMatchObject({ status: 200 });
  });

  it('is left as it is by a wrong code that it came with, and used up by the right one', async () => {
    const user = await factor.caller();
    await users.put(user.sub, { phone: user.phone, verified: true });
    const other = somePhone();
    await user.call('setPhone', { phone: other });
    await user.call('addOtpSms');
    const proof = await proofOf(user);
    const verify = (shift: number) => user.call('verifyPhone', { code: otherThan(codeTo(other), shift) }, proof);

    expect(reasonOf(await verify(1))).toBe('PHONE_CODE_INVALID');
    expect(reasonOf(await verify(2))).toBe('PHONE_CODE_INVALID');
    expect(await verify(0)).toMatchObject({ status: 200 });
    expect(reasonOf(await user.call('removeOtpSms', {}, proof))).toBe('STEP_UP_REQUIRED');
    await expectWhole(user.sub);
  });

  it('is repeated with its request under one Idempotency-Key', async () => {
    const user = await factor.enrolled();
    const headers = { ...(await proofOf(user)), 'idempotency-key': 'remove' };
    const answer = await user.call('removeOtpSms', {}, headers);
    expect(answer).toMatchObject({ status: 200 });
    expect(await user.call('removeOtpSms', {}, headers)).toEqual(answer);
  });

  it('is of one enrolment: not of the factor that is added after it', async () => {
    const user = await factor.enrolled();
    const [old, proof] = [await proofOf(user), await proofOf(user)];
    await user.call('removeOtpSms', {}, proof);
    await user.call('addOtpSms');
    expect(reasonOf(await user.call('removeOtpSms', {}, old))).toBe('STEP_UP_REQUIRED');
    expect(await user.call('removeOtpSms', {}, await proofOf(user))).toMatchObject({ status: 200 });
  });

  it('is of one number: not of the one that the factor moves to', async () => {
    const user = await factor.enrolled();
    const old = await proofOf(user);
    const moved = await factor.caller(user.sub, somePhone());
    await user.call('setPhone', { phone: moved.phone }, await proofOf(user));
    expect(await user.call('verifyPhone', { code: moved.code() })).toMatchObject({ status: 200 });
    expect(reasonOf(await user.call('removePhone', {}, old))).toBe('STEP_UP_REQUIRED');
    expect(await moved.call('removePhone', {}, await proofOf(moved))).toMatchObject({ status: 200 });
  });
});
