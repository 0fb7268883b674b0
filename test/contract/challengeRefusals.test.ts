import { describe, expect, it } from 'vitest';
import { startIssuer, users } from '../support/api.ts';
import { later } from '../support/clock.ts';
import { type FactorUser, factorOf, metadataOf, otherThan, reasonOf } from '../support/factor.ts';

const issuer = await startIssuer();
const factor = factorOf(issuer);
const HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-store' };

type Row = readonly [
  string,
  string,
  string,
  () => Promise<FactorUser>,
  (user: FactorUser) => ReturnType<FactorUser['check']>,
];

const challenge = (user: FactorUser) => user.challenge();
const check = (user: FactorUser) => user.check(user.code() || '123456');

/** Somebody with a code who has done some more. */
const having =
  (...steps: Parameters<FactorUser['call']>[0][]) =>
  async () => {
    const user = await factor.challenged();
    for (const step of steps) await user.call(step);
    return user;
  };

const checked = async () => {
  const user = await factor.challenged();
  await check(user);
  return user;
};

const spent = async () => {
  const user = await factor.challenged();
  for (let guess = 1; guess <= 5; guess++) await user.check(otherThan(user.code(), guess));
  return user;
};

const expired = async () => {
  const user = await factor.challenged();
  later(300);
  return user;
};

const NOT_CHALLENGEABLE = ['COMMAND-SFD52', 'OTP_SMS_NOT_CHALLENGEABLE'] as const;
const NOT_CHECKABLE = ['COMMAND-d2r52', 'OTP_SMS_NOT_CHECKABLE'] as const;
const NOT_PENDING = ['COMMAND-S34gh', 'OTP_SMS_CODE_NOT_PENDING'] as const;

const REFUSALS: readonly Row[] = [
  ['challenge: nobody known', ...NOT_CHALLENGEABLE, () => factor.caller(), challenge],
  ['challenge: factor removed', ...NOT_CHALLENGEABLE, having('removeOtpSms'), challenge],
  ['challenge: phone removed', ...NOT_CHALLENGEABLE, having('removePhone'), challenge],
  ['check: nobody known', ...NOT_CHECKABLE, () => factor.caller(), check],
  ['check: factor removed', ...NOT_CHECKABLE, having('removeOtpSms'), check],
  ['check: phone removed', ...NOT_CHECKABLE, having('removePhone'), check],
  ['check: none sent', ...NOT_PENDING, () => factor.enrolled(), check],
  ['check: factor removed and added', ...NOT_PENDING, having('removeOtpSms', 'addOtpSms'), check],
  ['check: used', ...NOT_PENDING, checked, check],
  ['check: void after five wrong tries', ...NOT_PENDING, spent, check],
  ['check: expired', 'CODE-QvUQ4P', 'OTP_SMS_CODE_EXPIRED', expired, check],
];

describe('refusals, which record nothing', () => {
  it.each(REFUSALS)('%s: %s', async (_, id, reason, given, when) => {
    const user = await given();
    const before = await user.log();

    const answer = await when(user);

    expect(answer).toMatchObject({ status: 400, headers: HEADERS, body: { code: 9, details: [{ id }, { reason }] } });
    expect(answer.body.message).toMatch(new RegExp(` \\(${id}\\)$`));
    expect(metadataOf(answer)).toEqual({});
    expect(await user.log()).toEqual(before);
  });

  it('COMMAND-S6h4R: a locked factor says until when, to a check and to a challenge', async () => {
    const user = await factorOf(issuer, { LOCK_AFTER_FAILURES: '1' }).challenged();
    await user.check(otherThan(user.code()));
    const event = (await users.events(user.sub)).at(-1);
    expect(event).toMatchObject({ type: 'user.human.mfa.otp.sms.check.failed', failures: 1 });

    for (const answer of [await user.check(user.code()), await user.challenge()]) {
      expect(answer).toMatchObject({ status: 400, headers: HEADERS, body: { code: 9 } });
      expect(answer.body.message).toMatch(/ \(COMMAND-S6h4R\)$/);
      expect(reasonOf(answer)).toBe('OTP_SMS_LOCKED');
      expect(metadataOf(answer)).toEqual({ lockedUntil: event?.lockedUntil });
    }
    expect((await users.events(user.sub)).at(-1)).toEqual(event);
  });

  it('a challenge before its turn is 429, with when to come back', async () => {
    later(0);
    const user = await factor.challenged();

    const answer = await user.challenge();

    expect(answer).toMatchObject({ status: 429, headers: { ...HEADERS, 'retry-after': '1' }, body: { code: 8 } });
    expect(answer.body.details).toContainEqual({
      '@type': 'type.googleapis.com/google.rpc.RetryInfo',
      retryDelay: '1s',
    });
  });
});

describe('the order of refusals', () => {
  it.each(['challengeOtpSms', 'checkOtpSms'] as const)('%s: authentication, form, owner, rules', async (name) => {
    const { headers } = await factor.caller();
    const body = '{';
    expect(await factor.api[name]({ body })).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Bearer' },
      body: { code: 16, message: 'auth header missing' },
    });
    expect(await factor.api[name]({ headers: { authorization: 'Bearer x' }, body })).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
    });
    expect(await factor.api[name]({ headers, body })).toMatchObject({ status: 400, body: { code: 3 } });

    const owner = (id: string) => ({ 'urn:zitadel:iam:user:resourceowner:id': id });
    const owned = await factor.enrolled(undefined, owner('one'));
    const foreign = await factor.caller(owned.sub, owned.phone, owner('another'));
    expect(await foreign.call(name, { code: '000000' })).toMatchObject({ status: 403, body: { code: 7 } });
  });

  it.each([[{}], [{ code: '' }], [{ code: null }], [{ code: 123456 }], [{ code: 'x'.repeat(201) }]])(
    'check: the field %j is refused by its name, before the rules',
    async (input) => {
      const answer = await (await factor.caller()).call('checkOtpSms', input);

      expect(answer).toMatchObject({ status: 400, body: { code: 3 } });
      expect([reasonOf(answer), metadataOf(answer)]).toEqual(['FIELD_INVALID', { field: 'code' }]);
    },
  );
});
