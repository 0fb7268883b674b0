import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { expect } from 'vitest';
import type { Event } from '../../lib/domain/events.ts';
import { evolve, type User } from '../../lib/domain/user.ts';
import { EVENT_PREFIX, eventKey, PART_KEYS, STATE_RANGE, userPartition } from '../../lib/storage/keys.ts';
import { timeToLive } from '../../lib/storage/timeToLive.ts';
import { fromSetup } from './environment.ts';

const table = fromSetup('TABLE_NAME');
const client = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint: fromSetup('AWS_ENDPOINT_URL_DYNAMODB') }));

/** Every item of a user as it lies in the table, past the store and past any proxy. */
export const itemsOf = async (userId: string, TableName = table): Promise<Record<string, unknown>[]> => {
  const query = new QueryCommand({
    TableName,
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': userPartition(userId) },
  });
  return (await client.send(query)).Items ?? [];
};

/** The user that a log comes to, but for the hashes of codes. */
export const replay = (events: readonly Event[]): User =>
  events.reduce((user, event) => evolve(user, { unlogged: {}, ...event } as Event), {});

/**
 * Asserts that nothing of a user is half-written: a log from 1 without gap or repeat, and exactly the state items
 * that replaying it gives. Returns the log.
 */
export const expectWhole = async (userId: string, tableName = table): Promise<Event[]> => {
  const items = await itemsOf(userId, tableName);
  const isEvent = ({ sk }: Record<string, unknown>) => String(sk).startsWith(EVENT_PREFIX);
  const isState = ({ sk }: Record<string, unknown>) => String(sk).startsWith(STATE_RANGE[0]);
  const events = items.filter(isEvent) as unknown as (Event & { sk: string })[];
  expect(events.map(({ sk, sequence }) => [sk, sequence])).toEqual(events.map((_, i) => [eventKey(i + 1), i + 1]));

  const pk = userPartition(userId);
  const replayed = Object.entries(replay(events)).map(([part, value]) => [
    PART_KEYS[part as keyof User],
    { pk, sk: PART_KEYS[part as keyof User], ...value, ...('expiresAt' in value && timeToLive(value.expiresAt)) },
  ]);
  // The log says nothing of a code's hashes.
  const stored = items.filter(isState).map(({ hash: _, salt: __, challengeHash: ___, ...item }) => [item.sk, item]);
  expect(Object.fromEntries(stored)).toEqual(Object.fromEntries(replayed));
  return events;
};
