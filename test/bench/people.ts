import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { createUsers } from '../../infra/local/users.ts';
import { eventKey, userPartition } from '../../lib/storage/keys.ts';
import type { Stage } from './stage.ts';

/** An item as it lies in the table. */
export type Item = Readonly<Record<string, unknown>> & { readonly pk: string; readonly sk: string };

/** Items in one batch (BatchWriteItem), and batches at a time. */
const BATCH = 25;
const PARALLEL = 8;

/** Items that are made at a time, before they are written. */
const FILLING = 50_000;

/** The users of a stage, made by copying one that the service has made itself. */
export type People = {
  /** Makes users with a verified phone; each can enrol once. */
  create(count: number, table?: string): Promise<string[]>;
  /** Fills a table with so many others, of whom there is nothing but the state. */
  fill(count: number, table: string): Promise<void>;
  /** Makes a user whose log has so many events. */
  createWithHistory(events: number): Promise<string>;
  /** Everything of a user. */
  items(user: string): Promise<Item[]>;
};

/** Prepares users without going through the functions that are measured. */
export const createPeople = async ({ engine, table }: Stage): Promise<People> => {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint: engine }));
  const items = async (user: string): Promise<Item[]> => {
    const found: Item[] = [];
    let ExclusiveStartKey: Record<string, unknown> | undefined;
    do {
      const page = await client.send(
        new QueryCommand({
          TableName: table,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': userPartition(user) },
          ...(ExclusiveStartKey && { ExclusiveStartKey }),
        }),
      );
      found.push(...((page.Items ?? []) as Item[]));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    return found;
  };

  const write = async (all: readonly Item[], into = table): Promise<void> => {
    const batches = Array.from({ length: Math.ceil(all.length / BATCH) }, (_, i) =>
      all.slice(i * BATCH, (i + 1) * BATCH).map((Item) => ({ PutRequest: { Item } })),
    );
    const writeOn = async () => {
      for (let batch = batches.pop(); batch; batch = batches.pop()) {
        await client.send(new BatchWriteCommand({ RequestItems: { [into]: batch } }));
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, writeOn));
  };

  const sample = `sample-${randomUUID()}`;
  await createUsers(table).put(sample, { phone: '+41791234567', verified: true });
  const pattern = await items(sample);
  const copy = (user: string): Item[] =>
    pattern.map((item) => ({ ...item, pk: userPartition(user), ...('editor' in item && { editor: user }) }));

  return {
    items,
    async create(count, into) {
      const users = Array.from({ length: count }, () => `user-${randomUUID()}`);
      await write(users.flatMap(copy), into);
      return users;
    },
    async fill(count, into) {
      const [state] = pattern.filter(({ sk }) => !sk.startsWith('EVENT#'));
      for (let filled = 0; filled < count; filled += FILLING) {
        const size = Math.min(FILLING, count - filled);
        await write(
          Array.from({ length: size }, (_, i) => ({ ...(state as Item), pk: userPartition(`other-${filled + i}`) })),
          into,
        );
      }
    },
    async createWithHistory(events) {
      const user = `user-${randomUUID()}`;
      const copied = copy(user);
      const last = copied.findLast(({ sk }) => sk.startsWith('EVENT#')) as Item;
      const state = copied.filter(({ sk }) => !sk.startsWith('EVENT#'));
      const log = Array.from({ length: events }, (_, i) => ({ ...last, sk: eventKey(i + 1), sequence: i + 1 }));
      await write([...state.map((item) => ({ ...item, sequence: events })), ...log]);
      return user;
    },
  };
};
