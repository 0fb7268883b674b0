import { describe, expect, it } from 'vitest';
import { startIssuer, users } from '../support/api.ts';
import { factorOf, judged, otherThan, reasonOf, somePhone } from '../support/factor.ts';
import { itemsOf } from '../support/partition.ts';

const factor = factorOf(await startIssuer());

const OWNER = 'urn:zitadel:iam:user:resourceowner:id';

describe("another user's code", () => {
  it('is of no use to a user without a factor, and costs its user nothing', async () => {
    const user = await factor.challenged();
    const before = await itemsOf(user.sub);
    const stranger = await factor.caller();

    for (const code of [user.code(), otherThan(user.code())]) {
      expect(reasonOf(await stranger.check(code))).toBe('OTP_SMS_NOT_CHECKABLE');
    }
    expect(reasonOf(await stranger.challenge())).toBe('OTP_SMS_NOT_CHALLENGEABLE');

    expect(await itemsOf(user.sub)).toEqual(before);
    expect(await user.check(user.code())).toMatchObject({ status: 200 });
  });

  it('is of no use to a user with a challenge, not even one with the same phone', async () => {
    const phone = somePhone();
    const user = await factor.challenged(phone);
    const code = user.code();
    const before = await itemsOf(user.sub);
    const other = await factor.challenged(phone);
    if (other.code() !== code) expect(reasonOf(await other.check(code))).toBe('OTP_SMS_CODE_WRONG');

    expect(await itemsOf(user.sub)).toEqual(before);
    expect(await user.check(code)).toMatchObject({ status: 200 });
    expect(await other.check(other.code())).toMatchObject({ status: 200 });
  });

  it('cannot be claimed by naming its user in the request', async () => {
    const user = await factor.challenged();
    const other = await factor.challenged();
    const headers = { 'x-zitadel-orgid': user.sub, 'x-user-id': user.sub };

    const answer = await other.call(
      'checkOtpSms',
      { code: otherThan(other.code()), userId: user.sub, sub: user.sub, user_id: user.sub },
      headers,
    );

    expect(reasonOf(answer)).toBe('OTP_SMS_CODE_WRONG');
    expect([await judged(user), await judged(other)]).toEqual([
      { failed: 0, succeeded: 0 },
      { failed: 1, succeeded: 0 },
    ]);
  });

  it('is told apart from one of a user whose id begins the same, or looks like a key of the table', async () => {
    const user = await factor.challenged();
    for (const sub of [`${user.sub}#`, `USER#${user.sub}`, user.sub.slice(0, -1), user.sub.toUpperCase()]) {
      expect(reasonOf(await (await factor.caller(sub)).check(user.code()))).toBe('OTP_SMS_NOT_CHECKABLE');
    }
    expect(await judged(user)).toEqual({ failed: 0, succeeded: 0 });
  });
});

describe('a token of another tenant', () => {
  it('is refused for a challenge and for a check, the right one too, and spends nothing', async () => {
    const user = await factor.caller();
    await users.put(user.sub, { phone: user.phone, verified: true, resourceOwner: 'tenant-1' });
    await user.call('addOtpSms');
    await user.challenge();
    const before = await itemsOf(user.sub);
    const foreign = await factor.caller(user.sub, user.phone, { [OWNER]: 'tenant-2' });

    for (const answer of [
      await foreign.check(user.code()),
      await foreign.check(otherThan(user.code())),
      await foreign.check(user.code(), { 'idempotency-key': '"foreign"' }),
      await foreign.challenge(),
    ]) {
      expect(answer).toMatchObject({ status: 403, body: { code: 7 } });
      expect(reasonOf(answer)).toBe('RESOURCE_OWNER_MISMATCH');
      expect(JSON.stringify(answer)).not.toContain('attemptsRemaining');
    }

    expect(await itemsOf(user.sub)).toEqual(before);
    expect(user.messages()).toBe(1);
    const own = await factor.caller(user.sub, user.phone, { [OWNER]: 'tenant-1' });
    expect(await own.check(user.code())).toMatchObject({ status: 200 });
  });
});
