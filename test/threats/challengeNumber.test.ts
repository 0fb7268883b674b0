import { describe, expect, it } from 'vitest';
import { inbox, startIssuer, users } from '../support/api.ts';
import { later } from '../support/clock.ts';
import { codeTo, factorOf, reasonOf, somePhone } from '../support/factor.ts';

const issuer = await startIssuer();
const factor = factorOf(issuer);

const messagesTo = (phone: string) => inbox.messages(phone).length;

describe('only a verified number gets login codes', () => {
  it('setting another one does not move the factor: codes go to the one that was proven', async () => {
    const user = await factor.enrolled();
    const other = somePhone();
    await user.call('setPhone', { phone: other });
    expect(messagesTo(other)).toBe(1);

    const answer = await user.challenge();

    expect(answer.body.challenge).toMatchObject({ maskedPhone: `+41*******${user.phone.slice(-2)}` });
    expect([messagesTo(user.phone), messagesTo(other)]).toEqual([1, 1]);
    expect(await user.check(user.code())).toMatchObject({ status: 200 });
  });

  it('nor does setting one after the other, asking again, or guessing wrongly', async () => {
    const user = await factor.enrolled();
    const others = [somePhone(), somePhone()];
    for (const phone of others) {
      later(4_000);
      await user.call('setPhone', { phone });
      await user.call('verifyPhone', { code: '000000' });
      later(4_000);
      await user.call('resendPhoneVerification');
    }

    await user.challenge();

    expect([messagesTo(user.phone), ...others.map(messagesTo)]).toEqual([1, 2, 2]);
  });

  it('a code at hand stays with its number while another one is set, and is void once that is proven', async () => {
    const user = await factor.challenged();
    const kept = await factor.challenged();
    const other = somePhone();
    await user.call('setPhone', { phone: other });
    await kept.call('setPhone', { phone: somePhone() });
    expect(await kept.check(kept.code())).toMatchObject({ status: 200 });

    await user.call('verifyPhone', { code: codeTo(other) });

    expect(reasonOf(await user.check(user.code()))).toBe('OTP_SMS_CODE_NOT_PENDING');
    later(2);
    await user.challenge();
    expect(messagesTo(user.phone)).toBe(1);
    const moved = await factor.caller(user.sub, other);
    expect(await moved.check(moved.code())).toMatchObject({ status: 200 });
  });

  it('a number in the request is nothing', async () => {
    const user = await factor.enrolled();
    const other = somePhone();

    await user.call('challengeOtpSms', { phone: other, phoneNumber: other, to: other, verifiedPhone: other });

    expect([messagesTo(user.phone), messagesTo(other)]).toEqual([1, 0]);
  });

  it("a number in the token is nothing either, once the user is known, however the provider's claims are trusted", async () => {
    const trusting = factorOf(issuer, { TRUST_PHONE_CLAIMS: 'true' });
    const other = somePhone();
    const user = await trusting.enrolled(somePhone(), { phone_number: other, phone_number_verified: true });

    await user.challenge();

    expect([messagesTo(user.phone), messagesTo(other)]).toEqual([1, 0]);
  });

  it('a phone that was never proven enrols no factor, and so gets no code', async () => {
    const user = await factor.caller();
    await users.put(user.sub, { phone: user.phone, verified: false });

    expect(reasonOf(await user.call('addOtpSms'))).toBe('PHONE_NOT_VERIFIED');
    expect(reasonOf(await user.challenge())).toBe('OTP_SMS_NOT_CHALLENGEABLE');
    expect(messagesTo(user.phone)).toBe(0);
  });

  it('a phone that was removed gets none, nor does the one set in its place before it is proven', async () => {
    const user = await factor.enrolled();
    const other = somePhone();
    await user.call('removePhone');
    await user.call('setPhone', { phone: other });

    expect(reasonOf(await user.call('addOtpSms'))).toBe('PHONE_NOT_VERIFIED');
    expect(reasonOf(await user.challenge())).toBe('OTP_SMS_NOT_CHALLENGEABLE');
    expect([messagesTo(user.phone), messagesTo(other)]).toEqual([0, 1]);
  });
});
