import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { sendOptions } from '../aws/clientOptions.ts';
import { storageFailure } from './failures.ts';
import { EVENT_PREFIX, eventKey, userPartition } from './keys.ts';

/** A part of a user's log, the oldest event first. */
export type EventPage = {
  readonly events: readonly Readonly<Record<string, unknown>>[];
  /** Sequence of the last of them, where there are more. */
  readonly last?: number;
};

/** Reads users' logs. */
export type EventLog = {
  /** The events after a sequence, so many at the most. Throws STORAGE_UNAVAILABLE. */
  page(userId: string, after: number, size: number, signal?: AbortSignal): Promise<EventPage>;
};

/** The logs in one DynamoDB table. */
export const createEventLog = (client: DynamoDBDocumentClient, table: string): EventLog => ({
  async page(userId, after, size, signal) {
    const query = new QueryCommand({
      TableName: table,
      ConsistentRead: true,
      Limit: size,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: {
        ':pk': userPartition(userId),
        ':first': eventKey(after + 1),
        ':last': `${EVENT_PREFIX}~`,
      },
    });
    const { Items, LastEvaluatedKey } = await client.send(query, sendOptions(signal)).catch((error: unknown) => {
      throw storageFailure(error);
    });
    // An answer without items is no answer of DynamoDB's: believed, it would end a log in its middle.
    if (!Items) throw storageFailure(new Error('The query was answered without items'));
    const events = Items.map(({ pk: _, sk: __, ...event }) => event);
    return { events, ...(LastEvaluatedKey && { last: Number(events.at(-1)?.sequence) }) };
  },
});
