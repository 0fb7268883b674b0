import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { sendOptions } from '../aws/clientOptions.ts';
import { secondsUntil } from '../domain/time.ts';
import { ApiError } from '../errors/errors.ts';
import { storageFailure } from './failures.ts';
import { limitKey } from './keys.ts';
import { timeToLive } from './timeToLive.ts';

/** Messages within a window of time. */
export type Budget = { readonly messages: number /** Seconds. */; readonly window: number };

/** What a message counts against, from the narrowest to the widest: a refusal spends nothing of what is wider. */
export const SCOPES = ['user', 'number', 'address', 'country', 'service'] as const;

export type Scope = (typeof SCOPES)[number];

/** Gives back what was taken for a message that was not sent. */
export type GiveBack = () => Promise<void>;

/** Budgets for messages, counted in the table, one item a counter: never inside a user's transaction. */
export type SendLimits = {
  /**
   * Takes one message from every budget, before it is sent. Throws SMS_BUDGET_SPENT, or STORAGE_UNAVAILABLE: what
   * cannot be counted is not sent.
   */
  take(
    subjects: Readonly<Record<Scope, string>>,
    pending: Readonly<Record<string, string>>,
    signal?: AbortSignal,
  ): Promise<GiveBack>;
};

/** Counters in windows of fixed length; `clock` tells which window it is. */
export const createSendLimits = (
  client: DynamoDBDocumentClient,
  table: string,
  budgets: Readonly<Record<Scope, Budget>>,
  clock: () => Date,
): SendLimits => {
  const count = async (key: { pk: string; sk: string }, by: 1 | -1, max: number, end: string, signal?: AbortSignal) => {
    const update = new UpdateCommand({
      TableName: table,
      Key: key,
      UpdateExpression: 'ADD #messages :by SET #ttl = :ttl',
      ConditionExpression: 'attribute_not_exists(pk) OR #messages < :max',
      ExpressionAttributeNames: { '#messages': 'messages', '#ttl': 'ttl' },
      ExpressionAttributeValues: { ':by': by, ':max': max, ':ttl': timeToLive(end).ttl },
    });
    await client.send(update, sendOptions(signal));
  };

  return {
    async take(subjects, pending, signal) {
      const now = clock();
      const taken: GiveBack[] = [];
      const giveBack = async () => {
        await Promise.allSettled(taken.map((undo) => undo()));
      };
      for (const scope of SCOPES) {
        const { messages, window } = budgets[scope];
        const { key, end } = windowOf(scope, subjects[scope], window, now);
        try {
          await count(key, 1, messages, end, signal);
          taken.push(() => count(key, -1, Number.MAX_SAFE_INTEGER, end));
        } catch (error) {
          await giveBack();
          if (!(error instanceof ConditionalCheckFailedException)) throw storageFailure(error);
          throw new ApiError('SMS_BUDGET_SPENT', {
            retryAfter: secondsUntil(end, now),
            metadata: { budget: scope, ...pending },
          });
        }
      }
      return giveBack;
    },
  };
};

const windowOf = (scope: Scope, subject: string, window: number, now: Date) => {
  const start = Math.floor(now.getTime() / 1000 / window) * window;
  return { key: limitKey(scope, subject, start), end: new Date((start + window) * 1000).toISOString() };
};
