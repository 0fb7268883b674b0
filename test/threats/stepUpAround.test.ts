import { describe, expect, it } from 'vitest';
import { accept, type Context, run } from '../../lib/domain/decision.ts';
import type { Fact } from '../../lib/domain/events.ts';
import type { User } from '../../lib/domain/user.ts';
import { createDocumentClient } from '../../lib/storage/client.ts';
import { createUserStore } from '../../lib/storage/userStore.ts';
import { configFor, startIssuer } from '../support/api.ts';
import { later } from '../support/clock.ts';
import { codeTo, type FactorUser, factorOf, reasonOf, somePhone } from '../support/factor.ts';
import { facts } from '../support/given.ts';
import { expectWhole, itemsOf } from '../support/partition.ts';
import { proofOf, STEP_UP } from '../support/stepUp.ts';

const issuer = await startIssuer();
const factor = factorOf(issuer, STEP_UP);

/** Somebody who enrols while another number waits to be proven. */
const enrolledBesideAnother = async () => {
  const user = await factor.caller();
  await user.moveTo(user.phone);
  const other = somePhone();
  await user.call('setPhone', { phone: other });
  expect(await user.call('addOtpSms')).toMatchObject({ status: 200 });
  return { user, other };
};

const expectRefused = async (user: FactorUser, other: string) => {
  const before = await itemsOf(user.sub);
  expect(reasonOf(await user.call('resendPhoneVerification'))).toBe('STEP_UP_REQUIRED');
  expect(reasonOf(await user.call('verifyPhone', { code: codeTo(other) }))).toBe('STEP_UP_REQUIRED');
  expect(reasonOf(await user.call('verifyPhone', { code: '000000' }))).toBe('STEP_UP_REQUIRED');
  expect(reasonOf(await user.call('setPhone', { phone: other }))).toBe('STEP_UP_REQUIRED');
  expect(reasonOf(await user.call('setPhone', { phone: somePhone() }))).toBe('STEP_UP_REQUIRED');
  expect(reasonOf(await user.call('removePhone'))).toBe('STEP_UP_REQUIRED');
  expect(reasonOf(await user.call('removeOtpSms'))).toBe('STEP_UP_REQUIRED');
  expect(await itemsOf(user.sub)).toEqual(before);
};

describe('a number that was set before the factor was on', () => {
  it('moves the factor by no request of the first factor alone', async () => {
    const { user, other } = await enrolledBesideAnother();
    await expectRefused(user, other);
    later(60);
    await expectRefused(user, other);
    await user.challenge();
    expect(await user.check(user.code())).toMatchObject({ status: 200 });
    await expectWhole(user.sub);
  });

  it.each(['resendPhoneVerification', 'verifyPhone', 'setPhone'] as const)('takes a proof by %s', async (name) => {
    const { user, other } = await enrolledBesideAnother();
    const code = codeTo(other);
    later(60);
    expect(await user.call(name, { code, phone: other }, await proofOf(user))).toMatchObject({ status: 200 });
    if (name !== 'verifyPhone') {
      expect(codeTo(other)).not.toBe(code);
      expect(await user.call('verifyPhone', { code: codeTo(other) })).toMatchObject({ status: 200 });
    }
    expect(await (await user.call('getPhone')).body).toMatchObject({ phone: { phone: other, isPhoneVerified: true } });
    await expectWhole(user.sub);
  });

  it('is dropped by setting the proven one, without a proof and without a message', async () => {
    const { user, other } = await enrolledBesideAnother();
    const messages = user.messages();
    expect(await user.call('setPhone', { phone: user.phone })).toMatchObject({ status: 200 });
    expect(user.messages()).toBe(messages);
    expect((await user.log()).at(-1)).toBe('phone.change.cancelled');
    expect(reasonOf(await user.call('verifyPhone', { code: codeTo(other) }))).toBe('PHONE_CODE_NOT_PENDING');
    await expectWhole(user.sub);
  });

  it('does not outlive the factor as one that was allowed', async () => {
    const user = await factor.enrolled();
    const other = somePhone();
    await user.call('setPhone', { phone: other }, await proofOf(user));
    await user.call('removeOtpSms', {}, await proofOf(user));
    await user.call('addOtpSms');
    await expectRefused(user, other);
  });
});

describe('a number that was set with a proof', () => {
  it('is resent a code and proven without another for ten minutes, not a moment longer', async () => {
    const user = await factor.enrolled();
    const other = somePhone();
    await user.call('setPhone', { phone: other }, await proofOf(user));
    expect(reasonOf(await user.call('setPhone', { phone: other }))).toBe('PHONE_UNCHANGED');
    later(599);
    expect(await user.call('resendPhoneVerification')).toMatchObject({ status: 200 });
    later(1);
    await expectRefused(user, other);

    later(60);
    expect(await user.call('setPhone', { phone: other }, await proofOf(user))).toMatchObject({ status: 200 });
    later(599);
    await user.call('resendPhoneVerification');
    expect(await user.call('verifyPhone', { code: codeTo(other) })).toMatchObject({ status: 200 });
    await expectWhole(user.sub);
  });
});

describe('the database, whatever the code above it decides', () => {
  const config = configFor(issuer, STEP_UP);
  const store = createUserStore(createDocumentClient(), config.table);
  const signal = new AbortController().signal;
  const context: Context = { now: new Date(), editor: 'nobody', policy: config.policy };

  const commit = async ({ sub }: FactorUser, facts: readonly Fact[], seenAs = (user: User) => user) => {
    const outcome = run(() => accept(...facts), seenAs(await store.load(sub)), undefined, context);
    return (await store.commit(sub, outcome, [], signal)).committed;
  };
  const REMOVED = { type: 'user.human.mfa.otp.sms.removed' } as const;
  const PHONE_REMOVED = { type: 'user.human.phone.removed' } as const;

  it('moves no factor to a number that nothing has allowed', async () => {
    const { user, other } = await enrolledBesideAnother();
    const verified = facts.verified(other);
    expect(await commit(user, [verified])).toBe(false);
    expect(await commit(user, [verified], ({ otpSms: _, ...seen }) => seen)).toBe(false);
  });

  it('moves no factor when it is too long ago that it was allowed', async () => {
    const user = await factor.enrolled();
    const other = somePhone();
    await user.call('setPhone', { phone: other }, await proofOf(user));
    const moved = [facts.changed(other), facts.verified(other)];
    // Without its code, which is of a shorter life.
    const { phoneCode: _, ...seen } = await store.load(user.sub);
    const commitAt = async (milliseconds: number) => {
      const outcome = run(() => accept(...moved), seen, undefined, {
        ...context,
        now: new Date(Date.now() + milliseconds),
      });
      return (await store.commit(user.sub, outcome, [], signal)).committed;
    };
    expect(await commitAt(600_000)).toBe(false);
    expect(await commitAt(590_000)).toBe(true);
  });

  it('lets neither factor nor phone go where nothing has allowed it', async () => {
    const user = await factor.enrolled();
    const before = await itemsOf(user.sub);
    expect(await commit(user, [REMOVED])).toBe(false);
    expect(await commit(user, [REMOVED, PHONE_REMOVED])).toBe(false);
    expect(await commit(user, [PHONE_REMOVED])).toBe(false);
    expect(await commit(user, [PHONE_REMOVED], ({ otpSms: _, ...seen }) => seen)).toBe(false);
    expect(await itemsOf(user.sub)).toEqual(before);
  });

  it('takes a proof once, and a re-authentication once', async () => {
    const user = await factor.enrolled();
    const changed = (allowedBy: NonNullable<Fact['allowedBy']>): Fact => ({
      ...facts.changed(somePhone()),
      allowedBy,
    });
    expect(await commit(user, [changed({ by: 'PROOF', jti: 'one' })])).toBe(true);
    expect(await commit(user, [changed({ by: 'PROOF', jti: 'one' })])).toBe(false);
    expect(await commit(user, [changed({ by: 'PROOF', jti: 'two' })])).toBe(true);
    expect(await commit(user, [changed({ by: 'REAUTHENTICATION', authTime: 1_000 })])).toBe(true);
    expect(await commit(user, [changed({ by: 'REAUTHENTICATION', authTime: 1_000 })])).toBe(false);
    expect(await commit(user, [changed({ by: 'REAUTHENTICATION', authTime: 999 })])).toBe(false);
    expect(await commit(user, [changed({ by: 'REAUTHENTICATION', authTime: 1_001 })])).toBe(true);
  });
});
