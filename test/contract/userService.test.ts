import { describe, expect, it } from 'vitest';
import { someone, startIssuer } from '../support/api.ts';
import { codeTo, factorOf, otherThan, reasonOf } from '../support/factor.ts';
import { expectWhole } from '../support/partition.ts';
import { brief } from '../support/person.ts';
import { servicesOf } from '../support/services.ts';

const issuer = await startIssuer();
const call = servicesOf(issuer);
const { caller } = factorOf(issuer);
const desk = { sub: 'desk', scope: 'otp:write' };

/** Whoever leads a user through the life of a factor: the user, or a service. */
const CALLERS = [
  ['the user', (sub: string) => ({ sub })],
  ['a service', () => desk],
] as const;

describe("ZITADEL's user service over REST", () => {
  it.each(CALLERS)('leads a factor through its life, called by %s', async (_, claims) => {
    const user = await caller();
    const by = (name: Parameters<typeof call>[1], body: object = {}) => call(claims(user.sub), name, user.sub, body);
    const { sub, phone } = user;

    expect(brief(await by('addUserOtpSms'))).toBe('400/9 COMMAND-Q54j2');
    expect(await by('setUserPhone', { phone })).toMatchObject({ status: 200, body: { details: { sequence: '2' } } });
    expect(brief(await by('setUserPhone', { phone }))).toBe('400/9 COMMAND-Uch5e');
    const code = codeTo(phone);
    expect(brief(await by('verifyUserPhone', { verificationCode: otherThan(code) }))).toBe('400/3 COMMAND-eis9R');
    expect(brief(await by('verifyUserPhone', { verificationCode: code }))).toBe('200');
    expect(brief(await by('verifyUserPhone', { verificationCode: code }))).toBe('400/3 COMMAND-eis9R');
    expect(brief(await by('resendUserPhoneCode'))).toBe('400/9 PHONE-5xrra88eq8');
    expect((await by('listUserMethods')).body).toEqual({
      details: { processedSequence: '4', timestamp: expect.any(String) },
    });
    expect((await by('addUserOtpSms')).body.details).toMatchObject({ sequence: '5', creationDate: expect.any(String) });
    expect(brief(await by('addUserOtpSms'))).toBe('409/6 COMMAND-Ad3g2');
    expect((await by('listUserMethods')).body).toMatchObject({
      details: { totalResult: '1', processedSequence: '5' },
      authMethodTypes: ['AUTHENTICATION_METHOD_TYPE_OTP_SMS'],
    });
    expect((await by('listUserFactors')).body).toEqual({
      result: [{ state: 'AUTH_FACTOR_STATE_READY', otpSms: {} }],
    });
    expect(brief(await by('removeUserOtpSms'))).toBe('200');
    expect((await by('listUserFactors')).body).toEqual({});
    expect(brief(await by('removeUserOtpSms'))).toBe('404/5 COMMAND-Sr3h3');
    expect(brief(await by('removeUserPhone'))).toBe('200');
    expect(brief(await by('removeUserPhone'))).toBe('404/5 COMMAND-p6rsc');
    await expectWhole(sub);
  });

  it.each([
    ['its kind', { authFactors: ['U2F', 'OTP_SMS'] }, true],
    ['its kind by number, under the name in the protocol file', { auth_factors: [1] }, true],
    ['its state', { states: ['AUTH_FACTOR_STATE_READY'] }, true],
    ['empty lists', { authFactors: [], states: [] }, true],
    ['null', { authFactors: null, states: null }, true],
    ['another kind', { authFactors: ['OTP', 'OTP_EMAIL', 'U2F'] }, false],
    ['another state', { authFactors: ['OTP_SMS'], states: ['AUTH_FACTOR_STATE_NOT_READY'] }, false],
  ])('lists the factor by %s or not at all', async (_, body, isListed) => {
    const { sub, phone } = await caller();
    await call(desk, 'setUserPhone', sub, { phone, isVerified: true });
    await call(desk, 'addUserOtpSms', sub);
    expect(await call(desk, 'listUserFactors', sub, body)).toMatchObject({ status: 200 });
    expect((await call(desk, 'listUserFactors', sub, body)).body).toEqual(
      isListed ? { result: [{ state: 'AUTH_FACTOR_STATE_READY', otpSms: {} }] } : {},
    );
  });

  it.each([{ authFactors: 'OTP_SMS' }, { authFactors: ['SMS'] }, { states: [null] }, { states: [7] }, { states: {} }])(
    'refuses what is no list of kinds or states: %j',
    async (body) => {
      const { sub } = await caller();
      const [field] = Object.keys(body);
      const answer = await call({ sub }, 'listUserFactors', sub, body);
      expect(answer).toMatchObject({
        status: 400,
        body: { code: 3, details: [{ reason: 'FIELD_INVALID', metadata: { field } }] },
      });
    },
  );

  it('answers a code to a service, not to the user, when it is asked for another', async () => {
    const { sub, phone } = await caller();
    await call(desk, 'setUserPhone', sub, { phone, returnCode: {} });
    expect(reasonOf(await call({ sub }, 'resendUserPhoneCode', sub, { returnCode: {} }))).toBe('PERMISSION_DENIED');
    const strict = servicesOf(issuer, { RESEND_WAIT_SECONDS: '3600' });
    expect(reasonOf(await strict(desk, 'resendUserPhoneCode', sub, { returnCode: {} }))).toBe('SMS_TOO_SOON');
  });

  it('tells nothing of a user who is not known', async () => {
    expect((await call(desk, 'listUserMethods', someone())).body).toEqual({ details: {} });
  });
});
