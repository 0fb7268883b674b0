import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, describe, expect, it } from 'vitest';
import { eventKey, PART_KEYS, userPartition } from '../../lib/storage/keys.ts';
import { callFunctionsAt, startIssuer } from '../support/api.ts';
import { type Consumption, startCapacityProxy } from '../support/capacityProxy.ts';
import { fromSetup } from '../support/environment.ts';
import { ownTable } from '../support/ownTable.ts';
import { itemsOf } from '../support/partition.ts';
import { createApi, enrol, type Name, prove, skip, stopClock } from '../support/person.ts';
import { COUNTERS, ITEMS, kindOf, LOOK, unitsOf } from '../support/units.ts';
import { prepare, WRITES } from '../support/writes.ts';

stopClock();
/** Counters that all share are nobody else's here. */
const table = await ownTable();
const engine = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint: fromSetup('AWS_ENDPOINT_URL_DYNAMODB') }));
const issuer = await startIssuer();
const proxy = await startCapacityProxy(fromSetup('AWS_ENDPOINT_URL_DYNAMODB'));
afterAll(() => proxy.close());
callFunctionsAt(proxy.endpoint);
const { person } = createApi(issuer, { TABLE_NAME: table });

/** A read unit: a consistent read of up to 4 kB. A write unit: up to 1 kB, and twice that in a transaction. */
const READ = { action: 'Query', units: 1 };
const transaction = (items: number) => ({ action: 'TransactWriteItems', units: 2 * items });

/** What the budgets of a message consume: a count for each, and one look at those that all users share. */
const budgetsOf = (name: Name) => [
  ...Array.from({ length: COUNTERS[kindOf(name)] }, () => ({ action: 'UpdateItem', units: 1 })),
  { action: 'BatchGetItem', units: LOOK },
];

/** Makes the log of a user longer, as if that much had happened before. */
const lengthen = async (sub: string, by: number): Promise<void> => {
  const pk = userPartition(sub);
  const items = await itemsOf(sub, table);
  const last = items.findLast(({ sk }) => String(sk).startsWith('EVENT#'));
  const { sequence = 0 } = items.find(({ sk }) => sk === PART_KEYS.root) ?? {};
  for (let done = 0; done < by; done += 25) {
    const batch = Array.from({ length: Math.min(25, by - done) }, (_, i) => Number(sequence) + done + i + 1);
    const puts = batch.map((at) => ({ PutRequest: { Item: { ...last, pk, sk: eventKey(at), sequence: at } } }));
    await engine.send(new BatchWriteCommand({ RequestItems: { [table]: puts } }));
  }
  const root = { TableName: table, Key: { pk, sk: PART_KEYS.root } };
  const add = { UpdateExpression: 'ADD #n :by', ExpressionAttributeNames: { '#n': 'sequence' } };
  await engine.send(new UpdateCommand({ ...root, ...add, ExpressionAttributeValues: { ':by': by } }));
};

/** Calls that are made together end in any order. */
const inOrder = (calls: readonly Consumption[]) =>
  calls.toSorted((one, other) => one.action.localeCompare(other.action));

const costOf = async (work: () => Promise<unknown>) => {
  skip(1);
  proxy.take();
  await work();
  return proxy.take();
};

describe.each(WRITES)('$name', (write) => {
  const usual = [READ, ...(write.messages > 0 ? budgetsOf(write.name) : []), transaction(ITEMS[write.name] ?? 0)];

  it(`consumes 1 read unit and ${unitsOf(write.name)} write units beside those of its budgets`, async () => {
    const request = await prepare(write, await person());
    expect(inOrder(await costOf(request))).toEqual(inOrder(usual));
  });

  // A user without a history has no log that could be longer.
  const lengths = write.name === 'setPhone' ? [] : [10, 200];
  it.each(lengths)('consumes no more after %i events', async (events) => {
    const me = await person();
    const request = await prepare(write, me);
    await lengthen(me.sub, events);
    expect(inOrder(await costOf(request))).toEqual(inOrder(usual));
  });
});

describe('a read', () => {
  it.each(['getPhone', 'listAuthFactors'] as const)('%s consumes 1 read unit, also after 200 events', async (name) => {
    const me = await person();
    await enrol(me);
    expect(await costOf(() => me.call(name))).toEqual([READ]);
    await lengthen(me.sub, 200);
    expect(await costOf(() => me.call(name))).toEqual([READ]);
  });
});

describe('a refusal', () => {
  it('consumes 1 read unit and no write', async () => {
    const me = await person();
    await prove(me);
    expect(await costOf(() => me.call('removeOtpSms'))).toEqual([READ]);
  });

  // The root with its guesses, the factor, the code with its tries, and the event.
  it('of a guess consumes what counting it takes', async () => {
    const me = await person();
    await enrol(me);
    await me.call('challengeOtpSms');
    expect(await costOf(() => me.call('checkOtpSms', { code: '000000' }))).toEqual([READ, transaction(4)]);
  });
});
