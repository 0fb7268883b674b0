import { describe, expect, it } from 'vitest';
import { startIssuer } from '../support/api.ts';
import { countFunctions } from '../support/countingProxy.ts';
import { ownTable } from '../support/ownTable.ts';
import { createApi, enrol, type Name, type Person, prove, skip, somePhone, stopClock } from '../support/person.ts';
import { COUNTERS, kindOf } from '../support/units.ts';
import { prepare, WRITES, type Write } from '../support/writes.ts';

stopClock();
const issuer = await startIssuer();
/** Counters that all share are nobody else's here. */
const table = await ownTable();
const proxy = await countFunctions();

const { person } = createApi(issuer, { TABLE_NAME: table });
const trusting = createApi(issuer, { TRUST_PHONE_CLAIMS: 'true' });

const KEY = { 'idempotency-key': 'k' };

/** Prepares a write; what was taken from the counters of its address is refilled before it is made. */
const prepared = async (write: Write) => {
  const request = await prepare(write, await person());
  skip(1);
  return request;
};

/** The requests to DynamoDB that some work takes. */
const requestsOf = async (work: () => Promise<unknown>): Promise<Record<string, number>> => {
  const before = new Map(proxy.requests);
  await work();
  const counts = [...proxy.requests].map(([name, count]): [string, number] => [name, count - (before.get(name) ?? 0)]);
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
};

describe.each(WRITES)('$name', (write) => {
  const usual = {
    Query: 1,
    TransactWriteItems: 1,
    ...(write.messages > 0 && { UpdateItem: COUNTERS[kindOf(write.name)], BatchGetItem: 1 }),
  };

  it('is one query and one transaction, and under no key nothing more', async () => {
    const request = await prepared(write);
    expect(await requestsOf(request)).toEqual(usual);
  });

  it('looks for a kept answer under a key, and keeps its own in the transaction', async () => {
    const request = await prepared(write);
    expect(await requestsOf(() => request(KEY))).toEqual({ ...usual, GetItem: 1 });
    skip(60);
    expect(await requestsOf(() => request(KEY))).toEqual({ Query: 1, GetItem: 1 });
  });
});

describe('one query', () => {
  type Row = readonly [Name, string, (me: Person) => Promise<unknown>, object];
  const ROWS: readonly Row[] = [
    ['getPhone', 'for a user nobody knows', async () => {}, {}],
    ['getPhone', 'with a phone', prove, {}],
    ['listAuthFactors', 'with the factor', enrol, {}],
    ['addOtpSms', 'refused', enrol, {}],
    ['removeOtpSms', 'refused', prove, {}],
    ['removePhone', 'refused', async () => {}, {}],
    ['verifyPhone', 'refused', prove, { code: '000000' }],
    ['resendPhoneVerification', 'refused', prove, {}],
    ['setPhone', 'refused for the send wait', (me) => me.call('setPhone', { phone: me.phone }), { phone: somePhone() }],
    ['challengeOtpSms', 'refused', prove, {}],
    ['checkOtpSms', 'refused', enrol, { code: '000000' }],
  ];

  it.each(ROWS)('is all that %s takes %s', async (name, _, given, body) => {
    const me = await person();
    await given(me);
    expect(await requestsOf(() => me.call(name, body))).toEqual({ Query: 1 });
  });

  it('is not even made for a number that is none', async () => {
    const me = await person();
    expect(await requestsOf(() => me.call('setPhone', { phone: '+4179' }))).toEqual({});
  });

  it.each(['getPhone', 'listAuthFactors'] as const)('is all that %s takes under a key', async (name) => {
    const me = await person();
    await enrol(me);
    expect(await requestsOf(() => me.call(name, {}, KEY))).toEqual({ Query: 1 });
  });
});

describe('no request', () => {
  it.each([
    ['a wrong form', { phone: 41 }, {}],
    ['a malformed key', { phone: '+41791234567' }, { 'idempotency-key': '""' }],
    ['a bad token', { phone: '+41791234567' }, { authorization: 'Bearer no.such.token' }],
  ])('is made for %s', async (_, body, headers) => {
    const me = await person();
    expect(await requestsOf(() => me.call('setPhone', body, headers))).toEqual({});
  });
});

describe('a phone that the identity provider has verified', () => {
  it('costs one transaction more, once', async () => {
    const phone = somePhone();
    const me = await trusting.person({ claims: { phone_number: phone, phone_number_verified: true } });
    expect(await requestsOf(() => me.call('getPhone'))).toEqual({ Query: 1, TransactWriteItems: 1 });
    expect(await requestsOf(() => me.call('getPhone'))).toEqual({ Query: 1 });
  });
});
