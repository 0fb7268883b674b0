import { beforeEach, describe, expect, it } from 'vitest';
import { maskPhoneNumber } from '../../lib/domain/phoneNumber.ts';
import { inbox, someone, startIssuer } from '../support/api.ts';
import { expectWhole } from '../support/partition.ts';
import {
  brief,
  codeFor,
  createApi,
  enrol,
  eventsOf,
  type Name,
  type Person,
  prove,
  skip,
  somePhone,
  stopClock,
} from '../support/person.ts';

stopClock();
const issuer = await startIssuer();
const trusting = createApi(issuer, { TRUST_PHONE_CLAIMS: 'true' });
const careful = createApi(issuer);

const ADOPTED = ['phone.changed', 'phone.verified'];

let sub: string;
let phone: string;
beforeEach(() => {
  sub = someone();
  phone = somePhone();
});

const claims = (more: object = {}) => ({ phone_number: phone, phone_number_verified: true, ...more });

/** The user with a token that names the phone, before an API that trusts it with that. */
const named = (more?: object): Promise<Person> => trusting.person({ sub, claims: claims(more) });

/** The same user with a token that names none. */
const unnamed = (): Promise<Person> => trusting.person({ sub });

describe('a phone that the identity provider has verified', () => {
  it('is the verified phone of a user who had none, with its events', async () => {
    const me = await named({ 'urn:zitadel:iam:user:resourceowner:id': 'organisation-1' });
    const time = new Date().toISOString();

    expect((await me.call('getPhone')).body).toEqual({
      details: { sequence: '2', creationDate: time, changeDate: time, resourceOwner: 'organisation-1' },
      phone: { phone, isPhoneVerified: true },
    });
    const log = await expectWhole(sub);
    const envelope = { createdAt: time, editor: sub, resourceOwner: 'organisation-1' };
    const maskedPhone = maskPhoneNumber(phone);
    expect(log).toMatchObject([
      { type: 'user.human.phone.changed', sequence: 1, ...envelope, maskedPhone },
      { type: 'user.human.phone.verified', sequence: 2, ...envelope, maskedPhone },
    ]);
    expect(inbox.messages(phone)).toEqual([]);
  });

  type Row = readonly [Name, answer: string, events: readonly string[], body: () => object];
  const ROWS: readonly Row[] = [
    ['addOtpSms', '200', ['mfa.otp.sms.added'], () => ({})],
    ['listAuthFactors', '200', [], () => ({})],
    ['getPhone', '200', [], () => ({})],
    ['removePhone', '200', ['phone.removed'], () => ({})],
    ['setPhone', '200', ['phone.changed', 'phone.code.added'], () => ({ phone: somePhone() })],
    ['setPhone', '400/9 COMMAND-wF94r', [], () => ({ phone })],
    ['resendPhoneVerification', '400/9 COMMAND-2M9sf', [], () => ({})],
    ['verifyPhone', '404/5 COMMAND-Rsj8c', [], () => ({ code: '123456' })],
    ['removeOtpSms', '404/5 COMMAND-Sr3h3', [], () => ({})],
    ['challengeOtpSms', '400/9 COMMAND-SFD52', [], () => ({})],
  ];

  it.each(ROWS)('is there before %s, which is answered %s', async (name, answer, events, body) => {
    const me = await named();
    expect(brief(await me.call(name, body()))).toBe(answer);
    expect(await eventsOf(me)).toEqual([...ADOPTED, ...events]);
    await expectWhole(sub);
  });

  it('receives the codes of the factor', async () => {
    const me = await named();
    await me.call('addOtpSms');
    expect(brief(await (await unnamed()).call('challengeOtpSms'))).toBe('200');
    expect(brief(await me.call('checkOtpSms', { code: codeFor(phone) }))).toBe('200');
  });

  it.each([
    ['with spaces', (number: string) => number.replace(/(\d{4})/g, '$1 ')],
    ['with what is dialled within the country', (number: string) => number.replace('+49', '+490')],
    ['with 00 for its plus', (number: string) => number.replace('+', '00')],
  ])('is read like one that is typed: %s', async (_, spell) => {
    const me = await named({ phone_number: spell(phone) });
    expect((await me.call('getPhone')).body).toMatchObject({ phone: { phone, isPhoneVerified: true } });
    await me.call('addOtpSms');
    expect(brief(await me.call('challengeOtpSms'))).toBe('200');
    expect(brief(await me.call('checkOtpSms', { code: codeFor(phone) }))).toBe('200');
  });

  it('is answered under a key as without one', async () => {
    const me = await named();
    const key = { 'idempotency-key': 'k' };
    const first = await me.call('addOtpSms', {}, key);
    expect(first).toMatchObject({ status: 200, body: { details: { sequence: '3' } } });
    expect(await me.call('addOtpSms', {}, key)).toEqual(first);
  });

  it('is adopted once by 50 first requests at the same time', async () => {
    const me = await named();
    const answers = await Promise.all(Array.from({ length: 50 }, () => me.call('getPhone')));
    for (const { body } of answers) expect(body).toMatchObject({ details: { sequence: '2' }, phone: { phone } });
    expect(await eventsOf(me)).toEqual(ADOPTED);
  });

  it('is the ground for one factor of 50 first enrolments at the same time', async () => {
    const me = await named();
    const answers = await Promise.all(Array.from({ length: 50 }, () => me.call('addOtpSms')));
    const told = answers.map(brief).toSorted();
    expect(told).toEqual(['200', ...Array(49).fill('409/6 COMMAND-Ad3g2')]);
    expect(await eventsOf(me)).toEqual([...ADOPTED, 'mfa.otp.sms.added']);
  });
});

describe('it is not adopted', () => {
  it.each([
    ['with the text "true"', { phone_number_verified: 'true' }],
    ['with the number 1', { phone_number_verified: 1 }],
    ['unverified', { phone_number_verified: false }],
    ['with nothing said of verification', { phone_number_verified: undefined }],
    ['without a number', { phone_number: undefined }],
    ['as an empty text', { phone_number: '' }],
    ['as a number of JSON', { phone_number: 41791234567 }],
    ['as a list', { phone_number: ['+41791234567'] }],
    ['in national form', { phone_number: '0791234567' }],
    ['without a plus', { phone_number: '41791234567' }],
    ['that is not possible for its country', { phone_number: '+5215512345678' }],
    ['of a country code that nobody has', { phone_number: '+999123456789' }],
    ['as a URI', { phone_number: 'tel:+41791234567' }],
    ['with a country code of zero', { phone_number: '+0791234567' }],
    ['with 16 digits', { phone_number: '+1234567890123456' }],
    ['with an extension', { phone_number: '+41791234567;ext=5' }],
    ['as ten numbers', { phone_number: '+41791234567,+41791234568' }],
  ])('%s', async (_, more) => {
    const me = await named(more);
    expect((await me.call('getPhone')).body).toEqual({});
    expect(brief(await me.call('addOtpSms'))).toBe('400/9 COMMAND-Q54j2');
    expect(await eventsOf(me)).toEqual([]);
  });

  it('of a country that no message goes to, since its factor could never be used', async () => {
    for (const countries of ['', 'CH,AT']) {
      const api = createApi(issuer, { TRUST_PHONE_CLAIMS: 'true', SMS_COUNTRIES: countries });
      const me = await api.person({ sub, claims: claims() });
      expect((await me.call('getPhone')).body).toEqual({});
      expect(brief(await me.call('addOtpSms'))).toBe('400/9 COMMAND-Q54j2');
    }
    expect(await eventsOf({ sub })).toEqual([]);
  });

  it('by default, nor by any setting but true', async () => {
    for (const api of [careful, createApi(issuer, { TRUST_PHONE_CLAIMS: 'false' })]) {
      const me = await api.person({ sub, claims: claims() });
      expect((await me.call('getPhone')).body).toEqual({});
      expect(brief(await me.call('addOtpSms'))).toBe('400/9 COMMAND-Q54j2');
    }
    expect(await eventsOf({ sub })).toEqual([]);
  });

  type Row = readonly [string, (me: Person) => Promise<unknown>];
  const KNOWN: readonly Row[] = [
    ['who has proven a number here', prove],
    ['who waits to prove one', (me) => me.call('setPhone', { phone: me.phone })],
    ['who has the factor', enrol],
    ['who removed the phone', (me) => prove(me).then(() => me.call('removePhone'))],
    ['who removed the factor, and then the phone', (me) => enrol(me).then(() => removeBoth(me))],
  ];
  const removeBoth = async (me: Person) => {
    await me.call('removeOtpSms');
    await me.call('removePhone');
  };

  it.each(KNOWN)('for a user %s', async (_, given) => {
    const me = await unnamed();
    await given(me);
    const [events, before] = [await eventsOf(me), (await me.call('getPhone')).body];

    const again = await named();
    expect((await again.call('getPhone')).body).toEqual(before);
    expect(await eventsOf(me)).toEqual(events);
  });

  it('again, when the user has removed the one that was adopted', async () => {
    const me = await named();
    await me.call('addOtpSms');
    await me.call('removePhone');
    skip(86_400);

    expect((await me.call('getPhone')).body).not.toHaveProperty('phone');
    expect(brief(await me.call('addOtpSms'))).toBe('400/9 COMMAND-Q54j2');
    expect(await eventsOf(me)).toEqual([...ADOPTED, 'mfa.otp.sms.added', 'mfa.otp.sms.removed', 'phone.removed']);
  });

  it('in the place of the one that was adopted, when the identity provider names another one later', async () => {
    await (await named()).call('getPhone');
    const later = await named({ phone_number: somePhone() });
    expect((await later.call('getPhone')).body).toMatchObject({ phone: { phone, isPhoneVerified: true } });
  });

  it('from a token that does not hold', async () => {
    const token = await issuer.token({ sub, claims: claims({ aud: 'another' }) });
    await trusting.calls.getPhone({ headers: { authorization: `Bearer ${token}` } });
    expect(await eventsOf({ sub })).toEqual([]);
  });
});
