import { afterEach, describe, expect, it } from 'vitest';
import { SCOPES, type Scope } from '../../lib/storage/sendLimits.ts';
import { type Answer, someone, startIssuer } from '../support/api.ts';
import { comeBack, goTo, later, passSeconds } from '../support/clock.ts';
import { expectWhole } from '../support/partition.ts';
import { codesTo, enrol, newNumber, peopleOf } from '../support/people.ts';

const issuer = await startIssuer();
const WIDE = { SMS_BUDGET_USER: '1000', SMS_BUDGET_NUMBER: '1000' };
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

  it('grows with wrong codes, and is none the shorter for another number or for removing the phone', async () => {
    later(0);
    const user = await person();
    await user.set();
    await user.verify('wrong');
    await user.verify('wrong');
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
    day += 2 * 86_400_000;
    return new Date(day).toISOString();
  };
})();

/** Makes users who differ in everything but what a budget counts, or with `apart` in that as well. */
const crowdOf = (scope: Scope, env: Record<string, string>) => {
  const person = peopleOf(issuer, { ...WIDE, [`SMS_BUDGET_${scope.toUpperCase()}`]: '2', ...env });
  const [phone, sub] = [newNumber(), someone()];
  let address = 0;
  return async (apart = false) => {
    later(0);
    const other = scope === 'country' && apart ? `+4179${phone.slice(-7)}` : newNumber();
    const user = await person(
      scope === 'number' && !apart ? phone : other,
      scope === 'user' && !apart ? sub : undefined,
    );
    const sourceIp = scope === 'address' && !apart ? '198.51.100.200' : `198.51.100.${address++}`;
    return { ...user, set: () => user.set({ sourceIp }) };
  };
};

describe('the budget', () => {
  it.each(SCOPES)('of each %s ends, says so, and opens again', async (scope) => {
    goTo(newMoment());
    const next = crowdOf(scope, {});
    for (let message = 0; message < 2; message++) {
      expect((await (await next()).set()).status).toBe(200);
      passSeconds(60);
    }
    const user = await next();
    const before = await expectWhole(user.sub);

    const refused = await user.set();

    const seconds = expectRefused(refused, 'SMS_BUDGET_SPENT');
    expect(infoOf(refused).metadata).toMatchObject({ budget: scope });
    expect(await expectWhole(user.sub)).toEqual(before);
    expect(codesTo(user.phone)).toHaveLength(scope === 'number' ? 2 : 0);
    passSeconds(seconds - 20);
    expectRefused(await user.set(), 'SMS_BUDGET_SPENT');
    passSeconds(20);
    expect((await user.set()).status).toBe(200);
  });

  it.each(['user', 'number', 'address', 'country'] as const)(
    "of one %s is nobody else's, and what it refuses costs the service nothing",
    async (scope) => {
      goTo(newMoment());
      const next = crowdOf(scope, { SMS_BUDGET_SERVICE: '3' });
      for (let message = 0; message < 2; message++) {
        expect((await (await next()).set()).status).toBe(200);
        passSeconds(60);
      }
      for (let message = 0; message < 5; message++) {
        expect(infoOf(await (await next()).set()).metadata).toMatchObject({ budget: scope });
      }

      expect((await (await next(true)).set()).status).toBe(200);
      expect(infoOf(await (await next(true)).set()).metadata).toMatchObject({ budget: 'service' });
    },
  );

  it('is not spent by requests that lose a race or are refused', async () => {
    later(0);
    const person = peopleOf(issuer, { SMS_BUDGET_USER: '3', SMS_BUDGET_NUMBER: '3' });
    const user = await person();
    await Promise.all(Array.from({ length: 30 }, () => user.set()));
    expect(codesTo(user.phone)).toHaveLength(1);

    for (const wait of [1, 2]) {
      await user.set();
      await user.resend();
      await user.challenge();
      later(wait + 1);
      const answers = await Promise.all(Array.from({ length: 30 }, () => user.resend()));
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
