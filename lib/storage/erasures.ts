import { setTimeout as sleep } from 'node:timers/promises';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { sendOptions } from '../aws/clientOptions.ts';
import type { Outcome } from '../domain/decision.ts';
import type { Event } from '../domain/events.ts';
import type { Root } from '../domain/user.ts';
import { ApiError } from '../errors/errors.ts';
import { all, isAsDecided, isSameUser } from './conditions.ts';
import { isLostRace, storageFailure } from './failures.ts';
import { erasureKey, PART_KEYS, userPartition } from './keys.ts';
import { timeToLive } from './timeToLive.ts';
import type { Write } from './transaction.ts';

/** Items of a batch: with the look at the tombstone as many as a transaction takes. */
const BATCH_ITEMS = 99;

/** Batches of a call, which take a few of its seconds: what is left then is for the next one. */
const MAX_BATCHES = 30;

/** Milliseconds after which a batch that met another write is tried again. */
const CONFLICT_WAIT_MS = 20;

/** Erases what the tombstone of a user still stands for. */
export type Erasures = {
  /**
   * Erases all else of the user in batches, each of them only while this very tombstone stands, so that nothing of a user who
   * began anew is lost. The tombstone goes last, and leaves the event behind that tells of it. Throws USER_BEING_ERASED when
   * more is left than a call erases, or when another call has taken over; STORAGE_UNAVAILABLE.
   */
  finish(userId: string, tombstone: Outcome, signal: AbortSignal): Promise<void>;
};

/** Erasures in one DynamoDB table. */
export const createErasures = (client: DynamoDBDocumentClient, table: string): Erasures => ({
  async finish(userId, { after, events }, signal) {
    const pk = userPartition(userId);
    const key = { pk, sk: PART_KEYS.root };
    const { ConditionExpression, values } = all([
      isAsDecided((after.root as Root).sequence),
      isSameUser(after.root as Root),
    ]);
    const tombstone = {
      TableName: table,
      Key: key,
      ConditionExpression,
      ExpressionAttributeNames: { '#sequence': 'sequence' },
      ExpressionAttributeValues: values,
    };
    const erased = { TableName: table, Item: eventItem(userId, events.at(-1) as Event) };

    for (let batch = 0; batch < MAX_BATCHES; batch++) {
      const others = (await keysOf(client, table, pk, signal)).filter(({ sk }) => sk !== key.sk);
      const deletions = others.slice(0, BATCH_ITEMS).map((Key): Write => ({ Delete: { TableName: table, Key } }));
      const writes: Write[] =
        deletions.length > 0 ? [{ ConditionCheck: tombstone }, ...deletions] : [{ Delete: tombstone }, { Put: erased }];
      const end = await write(client, writes, signal);
      if (end === 'OTHER_CALL') break;
      if (end === 'CONFLICT') await sleep(CONFLICT_WAIT_MS);
      else if (deletions.length === 0) return;
    }
    throw new ApiError('USER_BEING_ERASED');
  },
});

type Key = Readonly<Record<'pk' | 'sk', string>>;

/** Keys of the user's items, as many as a batch takes, and the tombstone's. */
const keysOf = async (
  client: DynamoDBDocumentClient,
  table: string,
  pk: string,
  signal: AbortSignal,
): Promise<readonly Key[]> => {
  const query = new QueryCommand({
    TableName: table,
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': pk },
    ProjectionExpression: 'pk, sk',
    Limit: BATCH_ITEMS + 1,
  });
  const { Items } = await client.send(query, sendOptions(signal)).catch((error: unknown) => {
    throw storageFailure(error);
  });
  // Believed, an answer without items would have the tombstone go first.
  if (!Items) throw storageFailure(new Error('The query was answered without items'));
  return Items as Key[];
};

const write = async (client: DynamoDBDocumentClient, TransactItems: Write[], signal: AbortSignal) => {
  try {
    await client.send(new TransactWriteCommand({ TransactItems }), sendOptions(signal));
    return 'DONE';
  } catch (error) {
    const reasons = (error instanceof TransactionCanceledException && error.CancellationReasons) || [];
    if (!isLostRace(reasons)) throw storageFailure(error, reasons);
    return reasons.some(({ Code }) => Code === 'ConditionalCheckFailed') ? 'OTHER_CALL' : 'CONFLICT';
  }
};

/** The event as the pipe finds it: without the reason, which a person wrote, and for a day. */
const eventItem = (userId: string, { type, sequence, createdAt, editor, resourceOwner }: Event) => ({
  ...erasureKey(userId, createdAt),
  type,
  sequence,
  createdAt,
  editor,
  resourceOwner,
  ...timeToLive(createdAt),
});
