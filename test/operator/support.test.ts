import { describe, expect, it } from 'vitest';
import { createSupportFunction } from '../../lib/operator/createSupportFunction.ts';
import { configFor, type JsonBody, startIssuer, users } from '../support/api.ts';
import { expectWhole } from '../support/partition.ts';
import { brief, codeFor, createApi, enrol, type Person, prove, skip, stopClock, wrong } from '../support/person.ts';
import { STEP_UP } from '../support/stepUp.ts';
import { supporterOf } from '../support/supporter.ts';

stopClock();
const issuer = await startIssuer();
const api = createApi(issuer, STEP_UP);
const support = supporterOf(configFor(issuer, STEP_UP));

const told = ({ code, details }: JsonBody) =>
  code === undefined ? 'OK' : details?.find(({ reason }) => reason)?.reason;
const on = ({ sub }: Person, action: string) =>
  support({ action, userId: sub, operator: 'alice', reason: 'Has shown her passport' });

/** Enters wrong codes until there is no other answer than that there were too many. */
const lockFactor = async (me: Person): Promise<void> => {
  for (let turn = 0; turn < 10; turn++) {
    if (turn % 5 === 0) {
      skip(3_600);
      await me.call('challengeOtpSms');
    }
    await me.call('checkOtpSms', { code: wrong(codeFor(me.phone)) });
  }
};

const lockVerification = async (me: Person): Promise<void> => {
  await me.call('setPhone', { phone: me.phone });
  for (let turn = 0; turn < 5; turn++) await me.call('verifyPhone', { code: wrong(codeFor(me.phone)) });
};

describe('the function of operators', () => {
  it('unlocks a factor, once, and the event names the operator and the reason', async () => {
    const me = await api.person();
    await enrol(me);
    await lockFactor(me);
    skip(60);
    expect(brief(await me.call('challengeOtpSms'))).toBe('400/9 COMMAND-S6h4R');
    expect(await on(me, 'unlock')).toMatchObject({ details: { sequence: expect.any(String) } });
    skip(3_600);
    expect(brief(await me.call('challengeOtpSms'))).toBe('200');
    expect(brief(await me.call('checkOtpSms', { code: codeFor(me.phone) }))).toBe('200');
    expect(told(await on(me, 'unlock'))).toBe('NOT_LOCKED');
    expect(await users.events(me.sub)).toContainEqual(
      expect.objectContaining({
        type: 'user.human.mfa.otp.sms.unlocked',
        editor: 'operator:alice',
        allowedBy: { by: 'OPERATOR', reason: 'Has shown her passport' },
      }),
    );
    await expectWhole(me.sub);
  });

  it('unlocks the verification of a phone', async () => {
    const me = await api.person();
    await lockVerification(me);
    expect(brief(await me.call('resendPhoneVerification'))).toBe('429/8 PHONE_VERIFICATION_LOCKED');
    expect(told(await on(me, 'unlock'))).toBe('OK');
    skip(3_600);
    expect(brief(await me.call('resendPhoneVerification'))).toBe('200');
    await expectWhole(me.sub);
  });

  it.each([
    ['removeFactor', 'a factor', enrol, 'OTP_SMS_NOT_ADDED'],
    ['removePhone', 'a factor', enrol, 'PHONE_NOT_FOUND'],
    ['removePhone', 'a phone', prove, 'PHONE_NOT_FOUND'],
  ])('%s: without a proof, of a user with %s, once', async (action, _, prepare, refusal) => {
    const me = await api.person();
    await prepare(me);
    expect(told(await on(me, action))).toBe('OK');
    expect((await me.call('listAuthFactors')).body).toEqual({});
    expect('phone' in (await me.call('getPhone')).body).toBe(action === 'removeFactor');
    expect(told(await on(me, action))).toBe(refusal);
    await expectWhole(me.sub);
  });

  it('changes nothing of anybody else, and tells of nobody unknown', async () => {
    const [me, other] = [await api.person(), await api.person()];
    await enrol(other);
    expect(told(await on(me, 'removePhone'))).toBe('PHONE_NOT_FOUND');
    expect((await other.call('listAuthFactors')).body).toMatchObject({ result: [{ otpSms: {} }] });
    expect(await users.events(me.sub)).toEqual([]);
  });
});

describe('what an operator sends', () => {
  const good = { action: 'unlock', userId: 'someone', operator: 'alice', reason: 'lost' };
  const linesOf = async (payload: unknown) => (await support(payload)).details?.[0]?.metadata;

  it.each([
    ['action', { ...good, action: 'open' }, 'Set it to one of unlock, removeFactor, removePhone, erase'],
    ['action', { ...good, action: 'toString' }, 'Set it to one of unlock, removeFactor, removePhone, erase'],
    ['userId', { ...good, userId: '' }, "Set it to the `sub` of the user's access tokens"],
    ['userId', { ...good, userId: 'jörg' }, "Set it to the `sub` of the user's access tokens"],
    ['operator', { ...good, operator: ' ' }, 'Say who you are, in at most 200 characters on one line'],
    ['reason', { ...good, reason: 'a\nb' }, expect.stringMatching(/^Say why, in at most 200 characters on one line;/)],
    ['userid', { ...good, userid: 'x' }, 'Leave it out: unknown'],
  ])('says of a wrong %s what to set it to', async (field, payload, line) => {
    expect(await linesOf(payload)).toEqual({ [field]: line });
  });

  it.each([[null], ['unlock'], [[]], [{}]])('of %j says all that is missing', async (payload) => {
    expect(Object.keys((await linesOf(payload)) as object)).toEqual(['action', 'userId', 'operator', 'reason']);
  });

  it('needs a deployment that is configured', () => {
    expect(() => createSupportFunction({})).toThrow(/^Set TABLE_NAME: /);
    expect(() => createSupportFunction({ TABLE_NAME: 'table' })).toThrow(/^Set DEFAULT_RESOURCE_OWNER: /);
  });
});
