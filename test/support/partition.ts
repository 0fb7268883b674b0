import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { expect } from 'vitest';
import type { Event } from '../../lib/domain/events.ts';
import { eventKey, userPartition } from '../../lib/storage/keys.ts';
import { fromSetup } from './environment.ts';
import { logOf, replayedState, stateOf } from './replay.ts';

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

/**
 * Asserts that nothing of a user is half-written: a log from 1 without gap or repeat, and exactly the state items
 * that replaying it gives. Returns the log.
 */
export const expectWhole = async (userId: string, tableName = table): Promise<Event[]> => {
  const items = await itemsOf(userId, tableName);
  const log = logOf(items);
  expect(log.map(({ sk, sequence }) => [sk, sequence])).toEqual(log.map((_, i) => [eventKey(i + 1), i + 1]));
  expect(stateOf(items)).toEqual(replayedState(userPartition(userId), log));
  return log;
};
