import { describe, expect, it } from 'vitest';
import { type Answer, startIssuer } from '../support/api.ts';
import { giveDaysOfTheirOwn, passSeconds } from '../support/clock.ts';
import { reasonOf } from '../support/factor.ts';
import { ownTable } from '../support/ownTable.ts';
import { codesTo, enrol, newNumber, type Person, peopleOf } from '../support/people.ts';

const issuer = await startIssuer();
const TABLE_NAME = await ownTable();
const people = (env: Record<string, string> = {}) => peopleOf(issuer, { TABLE_NAME, ...env });

giveDaysOfTheirOwn('2033-01-01T10:00:00Z');

/** Accounts of a stranger, each of which asks once for a code to a number; ends when it is refused. */
const spend = async (numberOf: () => string, person: () => Promise<Person>, most = 30): Promise<Answer> => {
  for (let account = 0; account < most; account++) {
    const answer = await (await person()).call('set', { phone: numberOf() });
    if (answer.status !== 200) return answer;
  }
  throw new Error(`Nobody was refused within ${most} messages`);
};

describe('what strangers spend is none of what logins need', () => {
  it('ten accounts that set the number of a victim do not keep the victim from signing in', async () => {
    const person = people();
    const victim = await enrol(await person());

    expect(reasonOf(await spend(() => victim.phone, person))).toBe('SMS_BUDGET_SPENT');

    expect(reasonOf(await victim.challenge())).toBe('OK');
    expect((await victim.check()).status).toBe(200);
  });

  it.each(['SMS_BUDGET_COUNTRY', 'SMS_BUDGET_COUNTRY_DAY', 'SMS_BUDGET_SERVICE', 'SMS_BUDGET_SERVICE_DAY'])(
    'nor do numbers of their own that spend %s, not even from the second login of a day on',
    async (name) => {
      const person = people({ [name]: '8' });
      const victim = await enrol(await person());

      expect(reasonOf(await spend(newNumber, person))).toBe('SMS_BUDGET_SPENT');

      for (let login = 0; login < 3; login++) {
        expect(reasonOf(await victim.challenge())).toBe('OK');
        expect((await victim.check()).status).toBe(200);
        passSeconds(1);
      }
    },
  );

  it('nor do wrong codes and waits for codes to verify the number of the victim', async () => {
    const person = people({ RESEND_WAIT_SECONDS: '3600' });
    const victim = await enrol(await person());
    const stranger = await person(victim.phone);
    await stranger.set();
    for (let guess = 0; guess < 5; guess++) await stranger.verify('000000');

    expect(reasonOf(await victim.challenge())).toBe('OK');
  });
});

describe('the budgets of logins', () => {
  it('are 30 a day for a number, over all accounts that have proven it', async () => {
    const person = people({ SMS_BUDGET_USER: '100', SMS_BUDGET_NUMBER: '100' });
    const phone = newNumber();
    const family = await Promise.all(Array.from({ length: 5 }, () => person(phone)));
    for (const each of family) await enrol(each);
    const before = codesTo(phone).length;
    const answers = [];
    for (let round = 0; round < 4; round++) {
      for (const each of family) answers.push(reasonOf(await each.challenge()));
      passSeconds(10);
    }
    expect(answers.filter((reason) => reason === 'OK')).toHaveLength(15);
    expect(new Set(answers)).toEqual(new Set(['OK', 'SMS_BUDGET_SPENT']));
    expect(codesTo(phone)).toHaveLength(before + 15);
  });

  it.each([
    'SMS_BUDGET_LOGIN_COUNTRY',
    'SMS_BUDGET_LOGIN_COUNTRY_DAY',
    'SMS_BUDGET_LOGIN_SERVICE',
    'SMS_BUDGET_LOGIN_SERVICE_DAY',
  ])('as far as all share them (%s) never keep anybody from the first login of a day', async (name) => {
    const person = people({ [name]: '4', RESEND_WAIT_SECONDS: '10' });
    const users = await Promise.all(Array.from({ length: 4 }, async () => enrol(await person())));
    for (const user of users) expect(reasonOf(await user.challenge())).toBe('OK');
    passSeconds(10);

    const [user] = users;
    expect(reasonOf((await user?.challenge()) as Answer)).toBe('SMS_BUDGET_SPENT');
    expect(await user?.check()).toMatchObject({ status: 200 });
    passSeconds(86_400);
    expect(reasonOf((await user?.challenge()) as Answer)).toBe('OK');
  });
});

describe('a refusal does not tell', () => {
  it.each(['number', 'address', 'country', 'service'])('a stranger that it was the budget of the %s', async (scope) => {
    const person = people({ [`SMS_BUDGET_${scope.toUpperCase()}`]: '2' });
    const phone = newNumber();

    const answer = await spend(() => (scope === 'number' ? phone : newNumber()), person);

    expect(answer.headers['retry-after']).toBe('3600');
    expect(answer.body).toEqual({
      code: 8,
      message: 'Too many messages were sent: try again later',
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'SMS_BUDGET_SPENT',
          domain: 'otp-sms-factor',
          metadata: {},
        },
        { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '3600s' },
      ],
    });
  });
});
