import { afterEach, describe, expect, it } from 'vitest';
import { type Answer, startIssuer } from '../support/api.ts';
import { comeBack, goTo, later, passSeconds } from '../support/clock.ts';
import { ownTable } from '../support/ownTable.ts';
import { expectWhole } from '../support/partition.ts';
import { codesTo, enrol, newNumber, peopleOf } from '../support/people.ts';

const issuer = await startIssuer();
const WIDE = { SMS_BUDGET_USER: '100', SMS_BUDGET_NUMBER: '1000', SMS_BUDGET_LOGIN_NUMBER: '1000' };
afterEach(comeBack);

type Info = { readonly reason: string; readonly metadata: Record<string, string> };

const infoOf = ({ body }: Answer): Info => (body.details ?? []).find((detail) => 'reason' in detail) as unknown as Info;

/** Asserts that a message was refused for a while; returns the seconds. */
const expectRefused = (answer: Answer, reason: string): number => {
  expect(answer).toMatchObject({ status: 429, body: { code: 8 } });
  expect(infoOf(answer).reason).toBe(reason);
  const seconds = Number(answer.headers['retry-after']);
  expect(seconds).toBeGreaterThan(0);
  expect(answer.body.details?.at(-1)).toEqual({
    '@type': 'type.googleapis.com/google.rpc.RetryInfo',
    retryDelay: `${seconds}s`,
  });
  return seconds;
};

/** Seconds. */
const WAITS = [30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600];

describe('the wait between messages', () => {
  const person = peopleOf(issuer, { ...WIDE, RESEND_WAIT_SECONDS: '30' });

  it.each([
    ['for a phone', async () => person(), 'set', 'resend'],
    ['to sign in', async () => enrol(await person()), 'challenge', 'challenge'],
  ] as const)('%s doubles up to an hour, and is kept to the second', async (_, begin, first, next) => {
    later(0);
    const user = await begin();
    const before = codesTo(user.phone).length;
    expect((await user[first]()).status).toBe(200);

    for (const seconds of WAITS) {
      expect(expectRefused(await user[next](), 'SMS_TOO_SOON')).toBe(seconds);
      later(seconds - 2);
      expectRefused(await user[next](), 'SMS_TOO_SOON');
      later(2);
      expect((await user[next]()).status).toBe(200);
    }
    expect(codesTo(user.phone)).toHaveLength(before + 1 + WAITS.length);
  });

  it('remembers the messages before it for a day', async () => {
    later(0);
    const user = await person();
    await user.set();
    later(30);
    await user.resend();
    later(86_399);
    await user.resend();
    expect(expectRefused(await user.resend(), 'SMS_TOO_SOON')).toBe(120);
    later(86_400);
    await user.resend();
    expect(expectRefused(await user.resend(), 'SMS_TOO_SOON')).toBe(30);
  });

  it('grows with wrong codes, and is none the shorter for another number or for removing the phone', async () => {
    later(0);
    const user = await person();
    await user.set();
    await user.verify('000000');
    await user.verify('000000');
    expect(expectRefused(await user.resend(), 'SMS_TOO_SOON')).toBe(120);
    expect(expectRefused(await user.call('set', { phone: newNumber() }), 'SMS_TOO_SOON')).toBe(120);
    await user.call('remove');
    expect(expectRefused(await user.set(), 'SMS_TOO_SOON')).toBe(120);
    expect(codesTo(user.phone)).toHaveLength(1);
  });
});

/** A moment that no other test counts in. */
const newMoment = (() => {
  let day = Date.parse('2031-01-01T10:00:10Z');
  return () => {
    day += 3 * 86_400_000;
    return new Date(day).toISOString();
  };
})();

/** What a budget that strangers can spend counts, and the variables that make it one of four. */
const SCOPES = {
  number: ['SMS_BUDGET_NUMBER'],
  address: ['SMS_BUDGET_ADDRESS'],
  country: ['SMS_BUDGET_COUNTRY', 'SMS_BUDGET_COUNTRY_DAY'],
  service: ['SMS_BUDGET_SERVICE', 'SMS_BUDGET_SERVICE_DAY'],
} as const;
type Scope = keyof typeof SCOPES;

const table = await ownTable();

/** Makes users who differ in everything but what a budget counts, or with `apart` in that as well. */
const crowdOf = (scope: Scope, name: string, env: Record<string, string> = {}) => {
  const person = peopleOf(issuer, { ...WIDE, TABLE_NAME: table, [name]: '4', ...env });
  const phone = newNumber();
  let address = 0;
  return async (apart = false) => {
    later(0);
    const other = scope === 'country' && apart ? `+4179${phone.slice(-7)}` : newNumber();
    const user = await person(scope === 'number' && !apart ? phone : other);
    const sourceIp = scope === 'address' && !apart ? '198.51.100.200' : `198.51.100.${address++}`;
    return { ...user, set: () => user.set({ sourceIp }) };
  };
};

const EACH = (Object.keys(SCOPES) as Scope[]).flatMap((scope) =>
  SCOPES[scope].map((name): [Scope, string] => [scope, name]),
);

describe('the budget', () => {
  it.each(EACH)('of each %s (%s) ends after half of it, says so, and is refilled with time', async (scope, name) => {
    goTo(newMoment());
    const next = crowdOf(scope, name);
    for (let message = 0; message < 2; message++) expect((await (await next()).set()).status).toBe(200);
    const user = await next();

    const refused = await user.set();

    expect(expectRefused(refused, 'SMS_BUDGET_SPENT')).toBe(3_600);
    expect(await expectWhole(user.sub, table)).toEqual([]);
    expect(codesTo(user.phone)).toHaveLength(scope === 'number' ? 2 : 0);
    const refill = scope === 'number' || name.endsWith('DAY') ? 43_200 : 1_800;
    passSeconds(refill - 60);
    expectRefused(await user.set(), 'SMS_BUDGET_SPENT');
    passSeconds(60);
    expect((await user.set()).status).toBe(200);
    expectRefused(await (await next()).set(), 'SMS_BUDGET_SPENT');
  });

  it.each(['number', 'address', 'country'] as const)(
    "of one %s is nobody else's, and what it refuses costs the service nothing",
    async (scope) => {
      goTo(newMoment());
      const next = crowdOf(scope, SCOPES[scope][0], { SMS_BUDGET_SERVICE: '6' });
      for (let message = 0; message < 2; message++) expect((await (await next()).set()).status).toBe(200);
      for (let message = 0; message < 5; message++) expectRefused(await (await next()).set(), 'SMS_BUDGET_SPENT');

      expect((await (await next(true)).set()).status).toBe(200);
      expectRefused(await (await next(true)).set(), 'SMS_BUDGET_SPENT');
    },
  );

  it('of a user is a day for each kind of code, whatever succeeds meanwhile, and knows no midnight', async () => {
    goTo('2032-01-01T23:50:00Z');
    const user = await peopleOf(issuer, { ...WIDE, SMS_BUDGET_USER: '3' })();
    for (let round = 0; round < 3; round++) {
      expect((await user.set()).status).toBe(200);
      expect((await user.verify()).status).toBe(200);
      await user.call('remove');
      passSeconds(60);
    }
    expect(expectRefused(await user.set(), 'SMS_BUDGET_SPENT')).toBe(86_400 - 180);
    passSeconds(3_600);
    expectRefused(await user.set(), 'SMS_BUDGET_SPENT');
    passSeconds(86_400 - 3_600 - 180);
    expect((await user.set()).status).toBe(200);
    expect(expectRefused(await user.call('set', { phone: newNumber() }), 'SMS_BUDGET_SPENT')).toBe(60);
  });

  it('is not spent by requests that lose a race or are refused', async () => {
    later(0);
    const person = peopleOf(issuer, { SMS_BUDGET_USER: '3', SMS_BUDGET_NUMBER: '6' });
    const user = await person();
    await Promise.all(Array.from({ length: 10 }, () => user.set()));
    expect(codesTo(user.phone)).toHaveLength(1);

    for (const wait of [1, 2]) {
      await user.set();
      await user.resend();
      await user.challenge();
      later(wait + 1);
      const answers = await Promise.all(Array.from({ length: 10 }, () => user.resend()));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    }
    expect(codesTo(user.phone)).toHaveLength(3);
    later(60);
    expectRefused(await user.resend(), 'SMS_BUDGET_SPENT');
  });
});

describe('a country', () => {
  it('is closed where none is opened', async () => {
    const user = await peopleOf(issuer, { SMS_COUNTRIES: '' })();
    const answer = await user.set();
    expect(answer).toMatchObject({ status: 400, body: { code: 9 } });
    expect(infoOf(answer)).toMatchObject({ reason: 'SMS_COUNTRY_NOT_ALLOWED', metadata: { country: 'DE' } });
    expect(await expectWhole(user.sub)).toEqual([]);
    expect(codesTo(user.phone)).toEqual([]);
  });

  it.each([
    ['+12015550123', 'US'],
    ['+12425550123', 'BS'],
    ['+77012345678', 'KZ'],
    ['+441624555012', 'IM'],
    ['+88213123456', 'none'],
    ['+870773111632', 'none'],
  ])('%s of %s is closed beside others that are open', async (phone, country) => {
    const user = await peopleOf(issuer, { SMS_COUNTRIES: 'DE,CH,RU,GB,CA' })(phone);
    expect(infoOf(await user.set())).toMatchObject({ reason: 'SMS_COUNTRY_NOT_ALLOWED', metadata: { country } });
    expect(codesTo(phone)).toEqual([]);
  });

  it('that is closed later gets no more codes, neither to verify nor to sign in', async () => {
    const phone = newNumber();
    const user = await enrol(await peopleOf(issuer)(phone));
    const closed = await peopleOf(issuer, { SMS_COUNTRIES: 'CH' })(phone, user.sub);
    expect(infoOf(await closed.challenge()).reason).toBe('SMS_COUNTRY_NOT_ALLOWED');
    expect(codesTo(phone)).toHaveLength(1);
  });
});
