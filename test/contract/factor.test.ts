import { beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_OWNER } from '../../infra/local/users.ts';
import { startIssuer } from '../support/api.ts';
import { expectWhole } from '../support/partition.ts';
import {
  brief,
  codeFor,
  createApi,
  enrol,
  eventsOf,
  type Person,
  prove,
  skip,
  somePhone,
  stopClock,
} from '../support/person.ts';

stopClock();
const { person } = createApi(await startIssuer());

let me: Person;
beforeEach(async () => {
  me = await person();
});

const READY = { result: [{ state: 'AUTH_FACTOR_STATE_READY', otpSms: {} }] };
const HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-store' };

describe('ListMyAuthFactors', () => {
  type Row = readonly [user: string, given: () => Promise<unknown>, answer: object];
  const ROWS: readonly Row[] = [
    ['nobody knows', async () => {}, {}],
    ['with a phone that waits to be verified', () => me.call('setPhone', { phone: me.phone }), {}],
    ['with a verified phone', () => prove(me), {}],
    ['with the factor', () => enrol(me), READY],
    ['with the factor and another number that waits', () => enrol(me).then(() => setOther()), READY],
    ['who removed the factor', () => enrol(me).then(() => me.call('removeOtpSms')), {}],
    ['who removed the phone', () => enrol(me).then(() => me.call('removePhone')), {}],
    ['who added the factor again', () => enrol(me).then(() => again()), READY],
  ];
  const setOther = (phone = somePhone()) => me.call('setPhone', { phone });
  const again = async () => {
    await me.call('removeOtpSms');
    await me.call('addOtpSms');
  };

  it.each(ROWS)('of a user %s', async (_, given, answer) => {
    await given();
    const before = await eventsOf(me);

    expect(await me.call('listAuthFactors')).toEqual({ status: 200, headers: HEADERS, body: answer });
    expect(await eventsOf(me)).toEqual(before);
  });

  it.each([[{}], [{ queries: [] }], [{ query: { limit: 10, offset: '0' } }], [{ result: 'no' }]])(
    'takes %j as it takes no body',
    async (body) => {
      await enrol(me);
      expect(await me.call('listAuthFactors', body)).toMatchObject({ status: 200, body: READY });
    },
  );
});

describe('AddMyAuthFactorOTPSMS', () => {
  it('is the last step after the phone, with the time of its event as both dates', async () => {
    await prove(me);
    skip(7);

    const time = new Date().toISOString();
    expect(await me.call('addOtpSms')).toEqual({
      status: 200,
      headers: HEADERS,
      body: { details: { sequence: '4', creationDate: time, changeDate: time, resourceOwner: DEFAULT_OWNER } },
    });
    expect((await eventsOf(me)).slice(3)).toEqual(['mfa.otp.sms.added']);
  });
});

describe('RemoveMyAuthFactorOTPSMS', () => {
  it('is answered with the details of its event, and leaves the phone alone', async () => {
    await enrol(me);
    skip(7);

    expect(await me.call('removeOtpSms')).toEqual({
      status: 200,
      headers: HEADERS,
      body: { details: { sequence: '5', changeDate: new Date().toISOString(), resourceOwner: DEFAULT_OWNER } },
    });
    expect((await eventsOf(me)).slice(4)).toEqual(['mfa.otp.sms.removed']);
    expect((await me.call('getPhone')).body).toMatchObject({ phone: { phone: me.phone, isPhoneVerified: true } });
    await expectWhole(me.sub);
  });

  type Row = readonly [user: string, given: () => Promise<unknown>];
  const ROWS: readonly Row[] = [
    ['nobody knows', async () => {}],
    ['with a verified phone only', () => prove(me)],
    ['who removed it already', () => enrol(me).then(() => me.call('removeOtpSms'))],
    ['who removed the phone', () => enrol(me).then(() => me.call('removePhone'))],
  ];

  it.each(ROWS)('finds none of a user %s', async (_, given) => {
    await given();
    const before = await eventsOf(me);

    expect(brief(await me.call('removeOtpSms'))).toBe('404/5 COMMAND-Sr3h3');
    expect(await eventsOf(me)).toEqual(before);
  });

  it('makes way for the factor to be added anew', async () => {
    await enrol(me);
    await me.call('removeOtpSms');
    skip(7);

    const time = new Date().toISOString();
    expect((await me.call('addOtpSms')).body).toMatchObject({
      details: { sequence: '6', creationDate: time, changeDate: time },
    });
  });

  it('voids the login code that was pending', async () => {
    await enrol(me);
    await me.call('challengeOtpSms');
    const code = codeFor(me.phone);
    await me.call('removeOtpSms');
    expect(brief(await me.call('checkOtpSms', { code }))).toBe('400/9 COMMAND-d2r52');
    await me.call('addOtpSms');
    expect(brief(await me.call('checkOtpSms', { code }))).toBe('400/9 COMMAND-S34gh');
  });
});
