import { describe, expect, it } from 'vitest';
import { inbox, someone, startIssuer, users } from '../support/api.ts';
import { codeTo, factorOf, otherThan, reasonOf, somePhone } from '../support/factor.ts';
import { expectWhole, itemsOf } from '../support/partition.ts';
import { OWNER, servicesOf } from '../support/services.ts';
import { STEP_UP } from '../support/stepUp.ts';
import { recordWrongCodes } from '../support/wrongCodes.ts';

const issuer = await startIssuer();
const call = servicesOf(issuer, STEP_UP);
const { caller, enrolled, challenged } = factorOf(issuer, STEP_UP);
const desk = { sub: 'desk', scope: 'otp:write' };

const last = async (sub: string) => (await users.events(sub)).at(-1);

describe('a help desk', () => {
  it('sees the factor of a user, and what state it is in', async () => {
    const user = await challenged();
    await user.check(otherThan(user.code()));
    const { body } = await call({ sub: 'desk', scope: 'otp:read' }, 'getUserOtpSms', user.sub);
    const time = expect.stringMatching(/^\d{4}-.*Z$/);
    expect(body).toEqual({
      details: { sequence: '6', creationDate: time, changeDate: time, resourceOwner: expect.any(String) },
      state: 'AUTH_FACTOR_STATE_READY',
      creationDate: time,
      changeDate: time,
      maskedPhone: `+41*******${user.phone.slice(-2)}`,
      isPhoneVerified: true,
      pending: { resendAt: time, expiresAt: time },
      failedAttempts: 1,
    });
    expect(await call(desk, 'getUserOtpSms', someone())).toMatchObject({ status: 200, body: {} });
  });

  it('unlocks a user with a reason, which stays in the log', async () => {
    const user = await challenged();
    await recordWrongCodes(user, { failures: 10, lockedUntil: '2999-01-01T00:00:00.000Z' });
    expect((await call(desk, 'getUserOtpSms', user.sub)).body).toMatchObject({ failedAttempts: 10 });
    expect(reasonOf(await call(desk, 'unlockUserOtpSms', user.sub))).toBe('FIELD_INVALID');
    expect(reasonOf(await call(desk, 'unlockUserOtpSms', user.sub, { reason: 'Was here' }))).toBe('OK');
    expect(await last(user.sub)).toMatchObject({
      type: 'user.human.mfa.otp.sms.unlocked',
      editor: 'desk',
      allowedBy: { by: 'SERVICE', reason: 'Was here' },
    });
    expect(await call(desk, 'getUserOtpSms', user.sub)).not.toHaveProperty('body.failedAttempts');
    await expectWhole(user.sub);
  });

  it.each([
    ['removeUserOtpSms', 'mfa.otp.sms.removed', 'OTP_SMS_NOT_ADDED'],
    ['removeUserPhone', 'phone.removed', 'PHONE_NOT_FOUND'],
  ] as const)('%s without a proof of the user, who needs one', async (name, type, again) => {
    const user = await enrolled();
    expect(reasonOf(await call({ sub: user.sub }, name, user.sub))).toBe('STEP_UP_REQUIRED');
    expect(reasonOf(await call(desk, name, user.sub))).toBe('OK');
    expect(await last(user.sub)).toMatchObject({ type: `user.human.${type}`, editor: 'desk' });
    expect(reasonOf(await call(desk, name, user.sub))).toBe(again);
    await expectWhole(user.sub);
  });

  it('lists what happened to a user, page by page, without hashes of numbers', async () => {
    const user = await enrolled();
    const pages: Record<string, unknown>[] = [];
    let pageToken = '';
    do {
      const { body } = await call(desk, 'listUserEvents', user.sub, { pageSize: '2', pageToken });
      pages.push(body);
      pageToken = String(body.nextPageToken ?? '');
    } while (pageToken !== '');
    const events = pages.flatMap(({ events = [] }) => events as Record<string, unknown>[]);
    expect(events.map(({ sequence, type }) => [sequence, type])).toEqual(
      (await users.events(user.sub)).map(({ sequence, type }) => [String(sequence), type]),
    );
    expect(JSON.stringify(events)).not.toMatch(/phoneHash|"pk"|"sk"/);
    expect(pages.length).toBeGreaterThan(1);
    expect(reasonOf(await call(desk, 'listUserEvents', user.sub, { pageToken: '-1' }))).toBe('FIELD_INVALID');
    expect((await call(desk, 'listUserEvents', someone())).body).toEqual({});
  });
});

describe('a phone that a service sets', () => {
  const set = (sub: string, body: object, claims: { readonly sub: string } = desk) =>
    call(claims, 'setUserPhone', sub, body);

  it('is proven at once where the service vouches for it, and moves the factor', async () => {
    const user = await challenged();
    const other = somePhone();
    expect(reasonOf(await set(user.sub, { phone: other, isVerified: true }))).toBe('OK');
    expect(inbox.messages(other)).toEqual([]);
    expect((await user.call('getPhone')).body.phone).toEqual({ phone: other, isPhoneVerified: true });
    expect(reasonOf(await user.check(user.code()))).toBe('OTP_SMS_CODE_NOT_PENDING');
    expect(await last(user.sub)).toMatchObject({ type: 'user.human.phone.verified', vouched: true, editor: 'desk' });
    expect(reasonOf(await set(user.sub, { phone: other, isVerified: true }))).toBe('PHONE_UNCHANGED');
    await expectWhole(user.sub);
  });

  it('is proven where it waits for a code, which is void then, whether it has expired or not', async () => {
    const user = await caller();
    await user.call('setPhone', { phone: user.phone });
    expect(reasonOf(await set(user.sub, { phone: user.phone, isVerified: true }))).toBe('OK');
    expect(reasonOf(await user.call('verifyPhone', { code: codeTo(user.phone) }))).toBe('PHONE_CODE_NOT_PENDING');
    expect((await user.log()).slice(-1)).toEqual(['phone.verified']);
    await expectWhole(user.sub);
  });

  it('is that of a user who is new here, too', async () => {
    const [sub, phone] = [someone(), somePhone()];
    expect(reasonOf(await set(sub, { phone, isVerified: true }))).toBe('OK');
    expect(reasonOf(await (await caller(sub)).call('addOtpSms'))).toBe('OK');
  });

  it('gets a code by a message, or has the service bring it', async () => {
    const [one, two] = [await caller(), await caller()];
    expect((await set(one.sub, { phone: one.phone, sendCode: {} })).body).not.toHaveProperty('verificationCode');
    expect(inbox.messages(one.phone)).toHaveLength(1);
    const { body } = await set(two.sub, { phone: two.phone, returnCode: {} });
    expect(inbox.messages(two.phone)).toEqual([]);
    expect(reasonOf(await two.call('verifyPhone', { code: body.verificationCode }))).toBe('OK');
  });

  it.each([
    ['isVerified', { sendCode: {}, isVerified: true }],
    ['returnCode', { send_code: {}, return_code: {} }],
    ['isVerified', { returnCode: {}, isVerified: true }],
  ])('is set in one way: %s is refused beside another', async (field, ways) => {
    const answer = await set(someone(), { phone: somePhone(), ...ways });
    expect(answer.body).toMatchObject({ code: 3, details: [{ reason: 'FIELD_INVALID', metadata: { field } }] });
  });

  it.each([[{ isVerified: true }], [{ returnCode: {} }]])('is not proven by the user themselves: %j', async (how) => {
    const user = await caller();
    expect(reasonOf(await set(user.sub, { phone: user.phone, ...how }, { sub: user.sub }))).toBe('PERMISSION_DENIED');
    expect(await user.log()).toEqual([]);
  });
});

describe('a user who asks to be forgotten', () => {
  it('is erased by a service, which calls until nobody is there', async () => {
    const user = await challenged();
    const key = { 'idempotency-key': '"one"' };
    expect(reasonOf(await call({ sub: user.sub }, 'deleteUser', user.sub))).toBe('PERMISSION_DENIED');
    expect(await call(desk, 'deleteUser', user.sub, {}, key)).toMatchObject({ status: 200, body: { details: {} } });
    expect(reasonOf(await call(desk, 'deleteUser', user.sub, {}, key))).toBe('USER_NOT_FOUND');
    expect(await itemsOf(user.sub)).toEqual([]);
    expect(reasonOf(await user.call('addOtpSms'))).toBe('PHONE_NOT_VERIFIED');
  });

  it('is not erased by a service of another organisation', async () => {
    const user = await challenged();
    const foreign = { ...desk, [OWNER]: 'abroad' };
    expect(reasonOf(await call(foreign, 'deleteUser', user.sub))).toBe('RESOURCE_OWNER_MISMATCH');
    await expectWhole(user.sub);
  });
});
