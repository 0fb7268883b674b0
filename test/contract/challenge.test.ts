import { describe, expect, it } from 'vitest';
import { DEFAULT_OWNER } from '../../infra/local/users.ts';
import { startIssuer, users } from '../support/api.ts';
import { later } from '../support/clock.ts';
import { codeTo, factorOf, otherThan, reasonOf, somePhone } from '../support/factor.ts';

const issuer = await startIssuer();
const factor = factorOf(issuer);
const HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-store' };
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe('challenge', () => {
  it('is answered with the details of its event and what the code is good for, never with the code', async () => {
    const user = await factor.enrolled('+41791110001');

    const { status, headers, body } = await user.challenge();

    expect([status, headers]).toEqual([200, HEADERS]);
    const event = (await users.events(user.sub)).at(-1);
    expect(event).toEqual({
      type: 'user.human.mfa.otp.sms.code.added',
      sequence: 5,
      createdAt: expect.stringMatching(TIME),
      editor: user.sub,
      resourceOwner: DEFAULT_OWNER,
      expiresAt: expect.stringMatching(TIME),
      codeLength: 6,
      purpose: 'LOGIN',
      country: 'CH',
    });
    const createdAt = new Date(event?.createdAt as string).getTime();
    expect(body).toEqual({
      details: { sequence: '5', changeDate: event?.createdAt, resourceOwner: DEFAULT_OWNER },
      challenge: {
        maskedPhone: '+41*******01',
        expiresAt: new Date(createdAt + 300_000).toISOString(),
        resendAt: new Date(createdAt + 1_000).toISOString(),
        attemptsRemaining: 5,
        challengeId: expect.stringMatching(/^[\w-]{22}$/),
        codeLength: 6,
        purpose: 'PURPOSE_LOGIN',
      },
    });
    expect(user.code()).toMatch(/^\d{6}$/);
    expect(JSON.stringify([headers, body.challenge])).not.toContain(user.code());
    expect(JSON.stringify(body)).not.toContain(user.phone);
  });

  it.each([['6'], ['7'], ['8']])(
    'sends %s digits where OTP_SMS_DIGITS says so, which the check takes',
    async (digits) => {
      const user = await factorOf(issuer, { OTP_SMS_DIGITS: digits }).challenged();

      expect(user.code()).toMatch(new RegExp(`^\\d{${digits}}$`));
      expect(await user.check(user.code())).toMatchObject({ status: 200 });
    },
  );

  it.each([['5'], ['9'], ['six']])('has no configuration for OTP_SMS_DIGITS=%s', (digits) => {
    expect(() => factorOf(issuer, { OTP_SMS_DIGITS: digits })).toThrow(
      'Set OTP_SMS_DIGITS to a whole number from 6 to 8',
    );
  });

  it.each([[undefined], [''], ['{}'], ['{"code":"123456","unknown":[1]}']])('takes the body %j', async (body) => {
    const { headers } = await factor.enrolled();

    expect(await factor.api.challengeOtpSms({ headers, body })).toMatchObject({ status: 200 });
  });

  it('does not count tries that a lock will take away', async () => {
    const user = await factorOf(issuer, { LOCK_AFTER_FAILURES: '2' }).enrolled();

    expect(await user.challenge()).toMatchObject({ body: { challenge: { attemptsRemaining: 2 } } });
  });
});

describe('check', () => {
  it('is answered with the details of its event', async () => {
    const user = await factor.challenged();

    const { status, headers, body } = await user.check(user.code());

    expect([status, headers]).toEqual([200, HEADERS]);
    const event = (await users.events(user.sub)).at(-1);
    expect(event).toEqual({
      type: 'user.human.mfa.otp.sms.check.succeeded',
      sequence: 6,
      createdAt: expect.stringMatching(TIME),
      editor: user.sub,
      resourceOwner: DEFAULT_OWNER,
    });
    expect(body).toEqual({
      details: { sequence: '6', changeDate: event?.createdAt, resourceOwner: DEFAULT_OWNER },
    });
  });

  it('CODE-woT0xc: a wrong code is told with the tries that are left, and recorded', async () => {
    const user = await factor.challenged();

    const { status, headers, body } = await user.check(otherThan(user.code()));

    expect([status, headers]).toEqual([400, HEADERS]);
    expect(body).toEqual({
      code: 3,
      message: 'The code is wrong (CODE-woT0xc)',
      details: [
        {
          '@type': 'type.googleapis.com/zitadel.v1.ErrorDetail',
          id: 'CODE-woT0xc',
          message: 'The code is wrong',
        },
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'OTP_SMS_CODE_WRONG',
          domain: 'otp-sms-factor',
          metadata: { attemptsRemaining: '4' },
        },
      ],
    });
    const event = (await users.events(user.sub)).at(-1);
    expect(event).toMatchObject({ type: 'user.human.mfa.otp.sms.check.failed', sequence: 6, failures: 1 });
    expect(event).not.toHaveProperty('lockedUntil');
  });
});

describe('the number that codes go to', () => {
  it('is the one verified last: verified A, set B, codes go to A; verified B, they go to B', async () => {
    const user = await factor.caller();
    const other = somePhone();
    await users.put(user.sub, { phone: user.phone, verified: true });
    await user.call('setPhone', { phone: other });
    await user.call('addOtpSms');
    await user.challenge();
    const code = user.code();
    expect(code).not.toBe('');

    await user.call('verifyPhone', { code: codeTo(other) });

    expect(reasonOf(await user.check(code))).toBe('OTP_SMS_CODE_NOT_PENDING');
    later(2);
    expect((await user.challenge()).body.challenge).toMatchObject({ maskedPhone: `+41*******${other.slice(-2)}` });
    expect(await user.check(codeTo(other))).toMatchObject({ status: 200 });
  });
});
