import { beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_OWNER } from '../../infra/local/users.ts';
import { maskPhoneNumber } from '../../lib/domain/phoneNumber.ts';
import { inbox, startIssuer, users } from '../support/api.ts';
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
  wrong,
} from '../support/person.ts';

stopClock();
const issuer = await startIssuer();
const { person } = createApi(issuer);

let me: Person;
beforeEach(async () => {
  me = await person();
});

const set = (phone = me.phone) => me.call('setPhone', { phone });
const verify = (code = codeFor(me.phone)) => me.call('verifyPhone', { code });
const now = () => new Date().toISOString();

/** The details of a write that wrote the user's latest event just now. */
const detailsNow = (sequence: string) => ({
  details: { sequence, changeDate: now(), resourceOwner: DEFAULT_OWNER },
});

const VERIFICATION = { verification: expect.any(Object) };
const sends = (events: readonly string[]) => events.includes('phone.code.added');

describe('every write of the phone is answered with the details of its last event', () => {
  type Row = readonly [name: Name, given: () => Promise<unknown>, body: () => object | undefined, events: string[]];
  const ROWS: readonly Row[] = [
    ['setPhone', async () => {}, () => ({ phone: me.phone }), ['phone.changed', 'phone.code.added']],
    ['setPhone', () => prove(me), () => ({ phone: somePhone() }), ['phone.changed', 'phone.code.added']],
    ['verifyPhone', () => set(), () => ({ code: codeFor(me.phone) }), ['phone.verified']],
    ['resendPhoneVerification', () => set(), () => undefined, ['phone.code.added']],
    ['removePhone', () => set(), () => undefined, ['phone.removed']],
    ['removePhone', () => prove(me), () => ({}), ['phone.removed']],
    ['removePhone', () => enrol(me), () => ({}), ['mfa.otp.sms.removed', 'phone.removed']],
  ];

  it.each(ROWS)('%s (%#)', async (name, given, body, events) => {
    await given();
    const before = (await eventsOf(me)).length;
    skip(5);

    const { status, headers, body: answer } = await me.call(name, body());

    expect(status).toBe(200);
    expect(headers).toEqual({ 'content-type': 'application/json', 'cache-control': 'no-store' });
    expect(answer).toEqual({ ...detailsNow(String(before + events.length)), ...(sends(events) && VERIFICATION) });
    expect((await eventsOf(me)).slice(before)).toEqual(events);
    const written = (await expectWhole(me.sub)).slice(before);
    for (const event of written) {
      expect(event).toMatchObject({ createdAt: now(), editor: me.sub, resourceOwner: DEFAULT_OWNER });
    }
  });

  it('records the number masked and hashed, and nothing of the code but its length, its country and until when it lives', async () => {
    await set(me.phone.replace(/^\+49(\d{4})(\d+)$/, '+49 (0) $1/$2'));

    const [changed, sent] = await users.events(me.sub);
    const envelope = { createdAt: now(), editor: me.sub, resourceOwner: DEFAULT_OWNER };
    expect(changed).toEqual({
      type: 'user.human.phone.changed',
      maskedPhone: maskPhoneNumber(me.phone),
      phoneHash: expect.stringMatching(/^[\w-]{22}$/),
      country: 'DE',
      sequence: 1,
      ownerIsDefault: true,
      ...envelope,
    });
    expect(sent).toEqual({
      type: 'user.human.phone.code.added',
      expiresAt: new Date(Date.now() + 300_000).toISOString(),
      country: 'DE',
      codeLength: 6,
      sequence: 2,
      ...envelope,
    });
  });

  it('names the owner of the token, and from then on the stored one', async () => {
    const claims = { 'urn:zitadel:iam:user:resourceowner:id': 'organisation-1' };
    const owned = await person({ claims });
    const details = { details: { resourceOwner: 'organisation-1' } };

    expect(await owned.call('setPhone', { phone: owned.phone })).toMatchObject({ body: details });
    const unnamed = await person({ sub: owned.sub });
    expect(await unnamed.call('verifyPhone', { code: codeFor(owned.phone) })).toMatchObject({ body: details });
    expect(await unnamed.call('getPhone')).toMatchObject({ body: details });
  });

  it('takes the owner that a later token names for the default one, and serves both clients from then on', async () => {
    const claims = { 'urn:zitadel:iam:user:resourceowner:id': 'organisation-1' };
    const named = await person({ sub: me.sub, claims });
    await set();
    expect(await named.call('getPhone')).toMatchObject({
      status: 200,
      body: { details: { resourceOwner: DEFAULT_OWNER } },
    });

    const details = { resourceOwner: 'organisation-1' };
    const verified = await named.call('verifyPhone', { code: codeFor(me.phone) });
    expect(verified).toMatchObject({ status: 200, body: { details: { ...details, sequence: '4' } } });
    expect(await eventsOf(me)).toEqual([
      'phone.changed',
      'phone.code.added',
      'resourceowner.changed',
      'phone.verified',
    ]);
    expect(await me.call('addOtpSms')).toMatchObject({ status: 200, body: { details } });
  });
});

describe('GetMyPhone', () => {
  const get = async () => (await me.call('getPhone')).body;

  it('leaves out everything of a user nobody knows, and writes nothing', async () => {
    expect(await me.call('getPhone')).toEqual({
      status: 200,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
      body: {},
    });
    expect(await eventsOf(me)).toEqual([]);
  });

  it("tells the number and whether it is verified, with the details of the user's first and last event", async () => {
    const creationDate = now();
    const details = (sequence: string) => ({
      sequence,
      creationDate,
      changeDate: now(),
      resourceOwner: DEFAULT_OWNER,
    });
    await set();
    expect(await get()).toEqual({ details: details('2'), phone: { phone: me.phone }, ...VERIFICATION });
    skip(3);
    await verify();
    expect(await get()).toEqual({ details: details('3'), phone: { phone: me.phone, isPhoneVerified: true } });
    skip(3);
    await me.call('addOtpSms');
    expect(await get()).toEqual({ details: details('4'), phone: { phone: me.phone, isPhoneVerified: true } });
    const other = somePhone();
    await set(other);
    expect(await get()).toEqual({ details: details('6'), phone: { phone: other }, ...VERIFICATION });
    skip(3);
    await me.call('removePhone');
    expect(await get()).toEqual({ details: details('8') });
  });

  it('counts a wrong code as an event', async () => {
    await set();
    await verify(wrong(codeFor(me.phone)));
    expect(await get()).toMatchObject({ details: { sequence: '3' }, phone: { phone: me.phone } });
  });

  it('takes no notice of a body', async () => {
    await set();
    expect((await me.call('getPhone', { phone: somePhone() })).body).toMatchObject({ phone: { phone: me.phone } });
  });
});

describe('a verification that is pending', () => {
  const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString();

  const expected = (attemptsRemaining: number) => ({
    maskedPhone: `+49${'*'.repeat(me.phone.length - 5)}${me.phone.slice(-2)}`,
    expiresAt: inSeconds(300),
    resendAt: inSeconds(1),
    attemptsRemaining,
    codeLength: 6,
  });

  it('is told by what sends the code and by what shows the phone, so that a form survives a reload', async () => {
    const { body } = await set();
    expect(body.verification).toEqual(expected(5));
    expect((await me.call('getPhone')).body.verification).toEqual(expected(5));
    skip(60);
    const again = await me.call('resendPhoneVerification');
    expect(again.body.verification).toEqual({ ...expected(5), resendAt: inSeconds(2) });
    expect((await me.call('getPhone')).body.verification).toEqual(again.body.verification);
  });

  it('counts down with each wrong code, and the refusal tells it too', async () => {
    await set();
    const refused = await verify(wrong(codeFor(me.phone)));
    expect(refused.body.details?.[1]).toMatchObject({ metadata: { attemptsRemaining: '4' } });
    expect((await me.call('getPhone')).body.verification).toEqual({ ...expected(4), resendAt: inSeconds(2) });
  });

  it.each<[string, () => Promise<unknown>]>([
    ['proven', () => verify()],
    ['expired', async () => skip(300)],
    ['removed', () => me.call('removePhone')],
    [
      'guessed at too often',
      async () => {
        for (let attempt = 0; attempt < 5; attempt++) await verify(wrong(codeFor(me.phone)));
      },
    ],
  ])('is told no more when the code is %s', async (_, end) => {
    await set();
    await end();
    expect((await me.call('getPhone')).body).not.toHaveProperty('verification');
  });

  it('takes as many digits as codes have here', async () => {
    const { person: other } = createApi(issuer, { OTP_SMS_DIGITS: '8' });
    me = await other();
    expect((await set()).body.verification).toMatchObject({ codeLength: 8 });
    expect(brief(await verify(codeFor(me.phone).slice(0, 6)))).toBe('400/3 COMMAND-sM0cs');
    expect(brief(await verify())).toBe('200');
  });
});

describe('the message', () => {
  it.each([
    [undefined, / is your code to verify this phone\./],
    ['de-CH, en;q=0.5', / ist Ihr Code/],
  ])('goes to the number, once, in the language the caller likes (%s)', async (language, text) => {
    await me.call('setPhone', { phone: me.phone }, language === undefined ? {} : { 'accept-language': language });

    expect(inbox.messages(me.phone)).toEqual([
      { to: me.phone, body: expect.stringMatching(/\n\n@example\.com #\d{6}$/), sentAt: now() },
    ]);
    expect(inbox.messages(me.phone)[0]?.body).toMatch(text);
  });

  it('is not sent again by verifying or removing', async () => {
    await set();
    await verify();
    await me.call('removePhone');
    expect(inbox.messages(me.phone)).toHaveLength(1);
  });

  it('of a resend goes to the number that was set last', async () => {
    await prove(me);
    const other = somePhone();
    await set(other);
    skip(1);
    await me.call('resendPhoneVerification');
    expect(inbox.messages(other)).toHaveLength(2);
    expect(inbox.messages(me.phone)).toHaveLength(1);
  });
});

describe('a code', () => {
  it.each([
    [299.999, '200'],
    [300, '400/3 COMMAND-sM0cs'],
    [86_400, '400/3 COMMAND-sM0cs'],
  ])('is judged by its age: after %d seconds %s', async (seconds, answer) => {
    await set();
    skip(seconds);
    expect(brief(await verify())).toBe(answer);
    expect((await eventsOf(me)).slice(2)).toEqual(answer === '200' ? ['phone.verified'] : []);
  });

  it('of another user, for the same number, is none', async () => {
    await set();
    const other = await person();
    await other.call('setPhone', { phone: me.phone });
    const [mine, theirs] = inbox.messages(me.phone).map(({ body }) => body.slice(-6));
    if (mine === theirs) return expect(mine).toMatch(/^\d{6}$/);
    expect(brief(await verify(theirs))).toBe('400/3 COMMAND-sM0cs');
    expect(brief(await verify(mine))).toBe('200');
  });

  it('of a former number is none, and the one of the new number is', async () => {
    await set();
    skip(1);
    const other = somePhone();
    await set(other);
    const former = codeFor(me.phone);
    if (former !== codeFor(other)) expect(brief(await verify(former))).toBe('400/3 COMMAND-sM0cs');
    expect(brief(await verify(codeFor(other)))).toBe('200');
    expect((await me.call('getPhone')).body).toMatchObject({ phone: { phone: other, isPhoneVerified: true } });
  });

  it('is void after five wrong tries, the right one as well, and each of them is recorded', async () => {
    await set();
    const right = codeFor(me.phone);
    for (let attempt = 0; attempt < 5; attempt++) expect(brief(await verify(wrong(right)))).toBe('400/3 COMMAND-sM0cs');
    expect(await verify(right)).toMatchObject({ status: 429, body: { code: 8 }, headers: { 'retry-after': '900' } });
    expect((await eventsOf(me)).slice(2)).toEqual(Array(5).fill('phone.verification.failed'));
    expect(await me.call('resendPhoneVerification')).toMatchObject({ status: 429, headers: { 'retry-after': '900' } });
  });

  it('of a number that was removed and set again is a new one', async () => {
    await set();
    await me.call('removePhone');
    skip(1);
    expect(brief(await set())).toBe('200');
    const [former, latest] = inbox.messages(me.phone).map(({ body }) => body.slice(-6));
    if (former !== latest) expect(brief(await verify(former))).toBe('400/3 COMMAND-sM0cs');
    expect(brief(await verify(latest))).toBe('200');
  });
});
