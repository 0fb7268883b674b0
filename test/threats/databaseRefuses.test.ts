import { describe, expect, it } from 'vitest';
import { accept, type Context, run } from '../../lib/domain/decision.ts';
import type { Fact } from '../../lib/domain/events.ts';
import { FOR_GOOD } from '../../lib/domain/failedAttempts.ts';
import { maskPhoneNumber } from '../../lib/domain/phoneNumber.ts';
import type { User } from '../../lib/domain/user.ts';
import { createDocumentClient } from '../../lib/storage/client.ts';
import { createUserStore } from '../../lib/storage/userStore.ts';
import { configFor, startIssuer, users } from '../support/api.ts';
import { factorOf } from '../support/factor.ts';
import { CHALLENGE, facts } from '../support/given.ts';

const issuer = await startIssuer();
const factor = factorOf(issuer);

describe('the database, whatever the code above it decides', () => {
  const { table, policy } = configFor(issuer);
  const store = createUserStore(createDocumentClient(), table);
  const context: Context = { now: new Date(), editor: 'nobody', policy };

  const commit = async (sub: string, seenAs: (user: User) => User, ...stated: readonly Fact[]) => {
    const outcome = run(() => accept(...stated), seenAs(await store.load(sub)), undefined, context);
    return (await store.commit(sub, outcome, [])).committed;
  };
  const asItIs = (user: User) => user;
  const LOCK = { failures: 100, lockedUntil: FOR_GOOD } as const;

  it('proves no number without its code', async () => {
    const user = await factor.caller();
    await user.call('setPhone', { phone: user.phone });
    const withoutCode = ({ phoneCode: _, ...seen }: User): User => seen;

    expect(await commit(user.sub, withoutCode, facts.verified(user.phone))).toBe(false);
    expect(await commit(user.sub, asItIs, facts.verified(user.phone))).toBe(true);
    const maskedPhone = maskPhoneNumber(user.phone);
    const vouched = { type: 'user.human.phone.verified', maskedPhone, vouched: true } as const;
    expect(await commit(user.sub, asItIs, facts.changed(user.phone), vouched)).toBe(false);
    const bySomeService: Fact = { ...vouched, allowedBy: { by: 'SERVICE' } };
    expect(await commit(user.sub, asItIs, facts.changed(user.phone), bySomeService)).toBe(true);
    const other = await factor.caller();
    expect(await commit(other.sub, asItIs, facts.changed(other.phone))).toBe(true);
    expect(await commit(other.sub, asItIs, facts.verified(other.phone))).toBe(false);
  });

  it('has no login code made for a factor that is not there, or is locked', async () => {
    const user = await factor.caller();
    await users.put(user.sub, { phone: user.phone, verified: true });
    const challenged = facts.challenged('hash', '9999-01-01T00:00:00.000Z');
    const added = ({ root }: User): User => ({ root, otpSms: { sequence: 9 } }) as User;

    expect(await commit(user.sub, asItIs, challenged)).toBe(false);
    expect(await commit(user.sub, added, challenged)).toBe(false);
    await user.call('addOtpSms');
    expect(await commit(user.sub, asItIs, challenged)).toBe(true);
    const failed: Fact = { type: 'user.human.mfa.otp.sms.check.failed', ...LOCK, unlogged: CHALLENGE };
    expect(await commit(user.sub, asItIs, failed)).toBe(true);
    expect(await commit(user.sub, asItIs, challenged)).toBe(false);
    const unlocked: Fact = { type: 'user.human.mfa.otp.sms.unlocked', allowedBy: { by: 'OPERATOR', reason: 'lost' } };
    expect(await commit(user.sub, asItIs, unlocked, challenged)).toBe(true);
  });

  it('opens no lock and erases no user where nobody has allowed it', async () => {
    const user = await factor.enrolled();
    expect(await commit(user.sub, asItIs, { type: 'user.human.mfa.otp.sms.unlocked' })).toBe(false);
    expect(await commit(user.sub, asItIs, { type: 'user.erased' })).toBe(false);
  });

  it('has no verification code made while verification is locked', async () => {
    const user = await factor.caller();
    await user.call('setPhone', { phone: user.phone });
    const sent = facts.sent('hash', '9999-01-01T00:00:00.000Z');
    expect(await commit(user.sub, asItIs, sent)).toBe(true);
    const failed: Fact = { type: 'user.human.phone.verification.failed', ...LOCK };
    expect(await commit(user.sub, asItIs, failed)).toBe(true);
    expect(await commit(user.sub, asItIs, sent)).toBe(false);
  });
});
