import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { sendOptions } from '../aws/clientOptions.ts';
import type { Outcome } from '../domain/decision.ts';
import { MAX_FAILED_ATTEMPTS } from '../domain/policy.ts';
import { secondsAfter, secondsUntil } from '../domain/time.ts';
import { ApiError } from '../errors/errors.ts';
import { storageFailure } from './failures.ts';
import { numberAttemptsKey } from './keys.ts';
import { timeToLive } from './timeToLive.ts';
import type { Write } from './transaction.ts';

/** Seconds after the last wrong code after which a row of them is forgotten. */
const MEMORY_SECONDS = 30 * 86_400;

/** What is kept of the wrong codes of a number. */
type Attempts = { readonly expiresAt: string };

/** A write that belongs to an outcome, in the same transaction. */
export type Alongside = {
  readonly write: Write;
  /** What it means that its condition did not hold: throws the refusal, or has the decision taken again. */
  readonly refuse: (found: Readonly<Record<string, unknown>> | undefined, signal: AbortSignal) => Promise<void>;
};

/** Wrong verification codes of a number in a row, over all users: an item a number, which no other number shares. */
export type NumberAttempts = {
  /**
   * What a judged verification code is to the number that it went to: a wrong one is one more, a right one ends the row.
   * Both are one write under one condition, so that neither is judged once there were 100 in a row.
   */
  alongside(outcome: Outcome, phone: string, now: Date): Promise<Alongside>;
};

/** The counts on one DynamoDB table; `pseudonym` stands for the number. */
export const createNumberAttempts = (
  client: DynamoDBDocumentClient,
  table: string,
  pseudonym: (...parts: readonly string[]) => Promise<string>,
): NumberAttempts => ({
  async alongside({ events }, phone, now) {
    const item = { TableName: table, Key: numberAttemptsKey(await pseudonym('attempts', phone)) };
    const isOpen = {
      ConditionExpression: 'attribute_not_exists(pk) OR failed < :max',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
    };
    const expiresAt = secondsAfter(now, MEMORY_SECONDS);
    const isRight = events.some(({ type }) => type === 'user.human.phone.verified');
    const write: Write = isRight
      ? { Delete: { ...item, ...isOpen, ExpressionAttributeValues: { ':max': MAX_FAILED_ATTEMPTS } } }
      : {
          Update: {
            ...item,
            ...isOpen,
            UpdateExpression: 'ADD failed :one SET expiresAt = :expiresAt, #ttl = :ttl',
            ExpressionAttributeNames: { '#ttl': 'ttl' },
            ExpressionAttributeValues: {
              ':max': MAX_FAILED_ATTEMPTS,
              ':one': 1,
              ':expiresAt': expiresAt,
              ':ttl': timeToLive(expiresAt).ttl,
            },
          },
        };
    return {
      write,
      async refuse(found, signal) {
        const until = (found as Attempts | undefined)?.expiresAt;
        if (until === undefined) return;
        if (until > now.toISOString()) {
          const metadata = { lockedUntil: until };
          throw new ApiError('PHONE_VERIFICATION_LOCKED', { retryAfter: secondsUntil(until, now), metadata });
        }
        await forget(client, { ...item, until }, signal);
      },
    };
  },
});

/** Takes a row away whose time is over, unless it was begun anew meanwhile. */
const forget = async (
  client: DynamoDBDocumentClient,
  { until, ...item }: { readonly TableName: string; readonly Key: Record<string, string>; readonly until: string },
  signal: AbortSignal,
): Promise<void> => {
  const command = new DeleteCommand({
    ...item,
    ConditionExpression: 'expiresAt = :until',
    ExpressionAttributeValues: { ':until': until },
  });
  await client.send(command, sendOptions(signal)).catch((error: unknown) => {
    if (!(error instanceof ConditionalCheckFailedException)) throw storageFailure(error);
  });
};
