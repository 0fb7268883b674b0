import { describe, expect, it } from 'vitest';
import { addOtpSms, challengeOtpSms, checkOtpSms } from '../../lib/operations.ts';
import { apiOf, bearer, configFor, inbox, someone, startIssuer, users } from '../support/api.ts';

const issuer = await startIssuer();
const config = configFor(issuer);
const api = {
  add: apiOf(addOtpSms, config),
  challenge: apiOf(challengeOtpSms, config),
  check: apiOf(checkOtpSms, config),
};

const enrolled = async (phone: string) => {
  const sub = someone();
  await users.put(sub, { phone, verified: true });
  const headers = bearer(await issuer.token({ sub }));
  await api.add({ headers });
  return { sub, headers };
};

const lastCode = (phone: string): string => /^(\d+)/.exec(inbox.messages(phone).at(-1)?.body ?? '')?.[1] ?? '';

describe('challenge and check', () => {
  it('send a code to the verified number and take it once', async () => {
    const phone = '+41791110001';
    const { sub, headers } = await enrolled(phone);

    const challenged = await api.challenge({ headers });
    expect(challenged.status).toBe(200);
    expect(challenged.body).toEqual({
      details: { sequence: '5', changeDate: expect.any(String), resourceOwner: expect.any(String) },
      challenge: {
        maskedPhone: '+41*******01',
        expiresAt: expect.any(String),
        resendAt: expect.any(String),
        attemptsRemaining: 5,
      },
    });
    expect(JSON.stringify(challenged)).not.toContain(lastCode(phone));

    const body = JSON.stringify({ code: lastCode(phone) });
    const checked = await api.check({ headers, body });
    expect(checked.body).toEqual({
      details: { sequence: '6', changeDate: expect.any(String), resourceOwner: expect.any(String) },
    });
    expect((await users.events(sub)).slice(-2).map(({ type }) => type)).toEqual([
      'user.human.mfa.otp.sms.code.added',
      'user.human.mfa.otp.sms.check.succeeded',
    ]);
    expect(await api.check({ headers, body })).toMatchObject({ status: 400, body: { code: 9 } });
  });

  it('tell how many tries are left', async () => {
    const phone = '+41791110002';
    const { headers } = await enrolled(phone);
    await api.challenge({ headers });
    const body = JSON.stringify({ code: 'wrong' });
    expect((await api.check({ headers, body })).body).toMatchObject({
      code: 3,
      details: [{ id: 'CODE-woT0xc' }, { reason: 'OTP_SMS_CODE_WRONG', metadata: { attemptsRemaining: '4' } }],
    });
  });
});
