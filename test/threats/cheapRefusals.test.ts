import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Answer, startIssuer } from '../support/api.ts';
import { giveDaysOfTheirOwn, later, passSeconds } from '../support/clock.ts';
import { countFunctions } from '../support/countingProxy.ts';
import { reasonOf } from '../support/factor.ts';
import { startFakeKms } from '../support/fakeKms.ts';
import { ownTable } from '../support/ownTable.ts';
import { itemsOf } from '../support/partition.ts';
import { enrol, newNumber, type Person, peopleOf } from '../support/people.ts';

const issuer = await startIssuer();
const TABLE_NAME = await ownTable();
const proxy = await countFunctions();
const kms = await startFakeKms(randomBytes(32));
const people = (env: Record<string, string> = {}) =>
  peopleOf(issuer, {
    TABLE_NAME,
    CODE_KEY: '',
    CODE_KEY_ID: 'the-key',
    SMS_BUDGET_NUMBER: '100',
    SMS_BUDGET_LOGIN_NUMBER: '100',
    ...env,
  });

giveDaysOfTheirOwn('2034-01-01T10:00:00Z');

/** The calls that a request of a user makes, of the table by their name and of the key of codes, and how it ends. */
const callsOf = async (user: Person, request: () => Promise<Answer>) => {
  const [table, macs] = [new Map(proxy.requests), kms.requests(user.sub).length];
  const reason = reasonOf(await request());
  const counts = [...proxy.requests].map(([name, count]): [string, number] => [name, count - (table.get(name) ?? 0)]);
  return {
    reason,
    table: Object.fromEntries(counts.filter(([, count]) => count > 0)),
    macs: kms.requests(user.sub).length - macs,
  };
};

/** Nothing else, where `toMatchObject` would let anything pass. */
const ONE_QUERY = expect.toSatisfy((calls: object) => JSON.stringify(calls) === '{"Query":1}');

const sum = (counts: Record<string, number>) => Object.values(counts).reduce((one, other) => one + other, 0);

/** An address of IPv6 is counted in three nets: no message counts more. */
const IPV6 = { sourceIp: '2001:db8:1:2::1' };

describe('a refused message', () => {
  it.each(['NUMBER', 'ADDRESS', 'COUNTRY', 'COUNTRY_DAY', 'SERVICE', 'SERVICE_DAY'])(
    'to verify a number makes no more calls than one that is sent, and one query when it is repeated (%s)',
    async (name) => {
      const person = people({ [`SMS_BUDGET_${name}`]: '2' });
      const phone = newNumber();
      const [first, second] = [await person(phone), await person(name === 'NUMBER' ? phone : newNumber())];
      const sent = await callsOf(first, () => first.set(IPV6));
      expect(sent).toMatchObject({ reason: 'OK', macs: 1 });

      const refused = await callsOf(second, () => second.set(IPV6));

      expect(refused.reason).toBe('SMS_BUDGET_SPENT');
      expect(refused.macs).toBeLessThanOrEqual(1);
      expect(sum(refused.table)).toBeLessThanOrEqual(sum(sent.table));
      for (let again = 0; again < 3; again++) {
        expect(await callsOf(second, () => second.set(IPV6))).toMatchObject({
          reason: 'SMS_BUDGET_SPENT',
          table: ONE_QUERY,
        });
      }
      // It is looked at again after a while, not for ever remembered.
      passSeconds(86_400);
      expect(reasonOf(await second.set(IPV6))).toBe('OK');
    },
  );

  it.each(['NUMBER', 'COUNTRY', 'COUNTRY_DAY', 'SERVICE', 'SERVICE_DAY'])(
    'to sign in makes no more calls than one that is sent, and one query when it is repeated (%s)',
    async (name) => {
      const person = people({ [`SMS_BUDGET_LOGIN_${name}`]: '2' });
      const user = await enrol(await person());
      const sent = await callsOf(user, () => user.challenge());
      expect(sent).toMatchObject({ reason: 'OK', macs: 1 });
      passSeconds(1);

      const refused = await callsOf(user, () => user.challenge());

      expect(refused.reason).toBe('SMS_BUDGET_SPENT');
      expect(refused.macs).toBeLessThanOrEqual(1);
      expect(sum(refused.table)).toBeLessThanOrEqual(sum(sent.table));
      expect(await callsOf(user, () => user.challenge())).toMatchObject({
        reason: 'SMS_BUDGET_SPENT',
        table: ONE_QUERY,
      });
    },
  );

  it('under an Idempotency-Key makes no more calls than one that is sent', async () => {
    const person = people({ SMS_BUDGET_NUMBER: '2' });
    const phone = newNumber();
    const [first, second] = [await person(phone), await person(phone)];
    const keyed = { ...IPV6, headers: { 'idempotency-key': '"one"' } };
    const sent = await callsOf(first, () => first.set(keyed));

    const refused = await callsOf(second, () => second.set(keyed));

    expect(refused.reason).toBe('SMS_BUDGET_SPENT');
    expect(sum(refused.table)).toBeLessThanOrEqual(sum(sent.table));
  });

  it.each(['NUMBER', 'ADDRESS', 'COUNTRY', 'COUNTRY_DAY', 'SERVICE', 'SERVICE_DAY'])(
    'makes no more calls than one that is sent in a process that remembers nothing, however often (%s)',
    async (name) => {
      const env = { [`SMS_BUDGET_${name}`]: '2' };
      const phone = newNumber();
      const first = await people(env)(phone);
      const sent = await callsOf(first, () => first.set(IPV6));
      const { sub } = await people(env)();
      for (let again = 0; again < 3; again++) {
        // A process has its functions, and what they remember, to itself.
        const user = await people(env)(name === 'NUMBER' ? phone : newNumber(), sub);

        const refused = await callsOf(user, () => user.set(IPV6));

        expect(refused.reason).toBe('SMS_BUDGET_SPENT');
        expect(refused.macs).toBeLessThanOrEqual(1);
        expect(sum(refused.table)).toBeLessThanOrEqual(sum(sent.table));
        expect(await itemsOf(sub, TABLE_NAME)).toEqual([]);
      }
      // What was refused has taken nothing from anybody.
      passSeconds(86_400);
      expect(reasonOf(await (await people(env)()).set(IPV6))).toBe('OK');
    },
  );

  it("is one query in every process where it is the user's own budget, which the root remembers", async () => {
    const env = { SMS_BUDGET_USER: '2', RESEND_WAIT_SECONDS: '30' };
    const user = await people(env)();
    await user.set();
    passSeconds(30);
    expect(reasonOf(await user.resend())).toBe('OK');
    passSeconds(3_600);
    for (let again = 0; again < 3; again++) {
      const there = await people(env)(user.phone, user.sub);
      expect(await callsOf(there, () => there.resend())).toMatchObject({
        reason: 'SMS_BUDGET_SPENT',
        table: ONE_QUERY,
      });
    }
  });

  it("is one query where it is the user's own budget, or the wait", async () => {
    const user = await people({ SMS_BUDGET_USER: '2', RESEND_WAIT_SECONDS: '30' })();
    await user.set();
    expect(await callsOf(user, () => user.resend())).toMatchObject({ reason: 'SMS_TOO_SOON', table: ONE_QUERY });
    passSeconds(30);
    expect(reasonOf(await user.resend())).toBe('OK');
    passSeconds(3_600);
    expect(await callsOf(user, () => user.resend())).toMatchObject({ reason: 'SMS_BUDGET_SPENT', table: ONE_QUERY });
  });
});

describe('adding and removing the factor', () => {
  it('without end comes to an end, which is one query, and time goes on', async () => {
    later(0);
    const user = await enrol(await people()());
    expect(reasonOf(await user.call('drop'))).toBe('OK');
    for (let turn = 1; turn < 5; turn++) {
      later(60);
      expect(reasonOf(await user.call('add'))).toBe('OK');
      expect(reasonOf(await user.call('drop'))).toBe('OK');
    }

    const refused = await user.call('add');

    expect(refused).toMatchObject({ status: 429, headers: { 'retry-after': '3360' }, body: { code: 8 } });
    expect(reasonOf(refused)).toBe('OTP_SMS_ADDED_TOO_OFTEN');
    expect(await callsOf(user, () => user.call('add'))).toMatchObject({ table: ONE_QUERY });
    later(3_360);
    expect(reasonOf(await user.call('add'))).toBe('OK');
    expect(reasonOf(await user.call('drop'))).toBe('OK');
    expect(reasonOf(await user.call('add'))).toBe('OTP_SMS_ADDED_TOO_OFTEN');
  });

  it('never keeps anybody from removing it', async () => {
    const user = await enrol(await people()());
    for (let turn = 1; turn < 5; turn++) {
      await user.call('drop');
      expect(reasonOf(await user.call('add'))).toBe('OK');
    }
    expect(reasonOf(await user.call('drop'))).toBe('OK');
    expect(reasonOf(await user.call('add'))).toBe('OTP_SMS_ADDED_TOO_OFTEN');
  });
});
