import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { BatchGetCommand, type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { sendOptions } from '../aws/clientOptions.ts';
import { ApiError } from '../errors/errors.ts';
import { attemptedOnce } from './client.ts';
import { storageFailure } from './failures.ts';
import { type Budget, latestToPass, paceOf, passesAtMs } from './gcra.ts';
import type { limitKey } from './keys.ts';
import { timeToLive } from './timeToLive.ts';

/** A budget of somebody or something, and the item it is counted in. */
export type Counter = {
  readonly key: ReturnType<typeof limitKey>;
  readonly budget: Budget;
  /** When it was probably used last, as far as is known without a look at it; milliseconds. */
  readonly knownUseMs?: number | undefined;
};

/** What a counter shows: when its bucket is full again, and when it last gave; milliseconds. */
type Shown = { readonly fullAt: number; readonly takenAt: number };

/** What counters show, as far as they have ever been used. */
export type Look = (counter: Counter) => Shown | undefined;

/**
 * What a counter shows that nobody looked at, if it counted nothing but the message that its user knows of: it spares the
 * first of two tries. Where that would close it, nothing is expected, since a guess must not refuse anybody.
 */
export const expected = (counter: Counter, nowMs: number): Shown | undefined => {
  const { budget, knownUseMs } = counter;
  if (knownUseMs === undefined) return undefined;
  const shown = { fullAt: knownUseMs + paceOf(budget).intervalMs, takenAt: knownUseMs };
  return opensAtMs(counter, shown, nowMs) === undefined ? shown : undefined;
};

/**
 * Milliseconds that clocks may differ. What a counter was given later than that was given by a clock that was wrong, and
 * must not close it until that time has come.
 */
const CLOCK_SKEW_MS = 60_000;

/** How often a counter is tried that changes meanwhile: mostly once as unused, or then as in use; more after give-backs. */
const MAX_TRIES = 10;

/** Nothing of the budget is in use, or nothing that a right clock has counted. */
const IS_UNUSED = 'attribute_not_exists(pk) OR fullAt <= :now OR takenAt > :skewed';

/** Some of the budget is in use, and some is left. */
const IS_OPEN = 'fullAt > :now AND fullAt <= :latest AND takenAt <= :skewed';

/** Counters of messages in the table, an item and a time each. Errors of the SDK are thrown as refusals. */
export const createCounters = (client: DynamoDBDocumentClient, table: string) => {
  const update = ({ key, budget }: Counter, unused: boolean, nowMs: number) => {
    const pace = paceOf(budget);
    return new UpdateCommand({
      TableName: table,
      Key: key,
      UpdateExpression: `SET fullAt = ${unused ? ':now' : 'fullAt'} + :interval, takenAt = :now, #ttl = :ttl`,
      ConditionExpression: unused ? IS_UNUSED : IS_OPEN,
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: {
        ':now': nowMs,
        ':skewed': nowMs + CLOCK_SKEW_MS,
        ':interval': pace.intervalMs,
        ...(!unused && { ':latest': latestToPass(pace, nowMs) }),
        ':ttl': timeToLive(new Date(latestToPass(pace, nowMs) + pace.intervalMs).toISOString()).ttl,
      },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
  };

  return {
    /** Looks at counters, all of them in one request. */
    async look(counters: readonly Counter[], signal?: AbortSignal): Promise<Look> {
      const Keys = counters.map(({ key }) => key);
      const get = new BatchGetCommand({ RequestItems: { [table]: { Keys } } });
      const { Responses } = await client.send(get, sendOptions(signal)).catch((error: unknown) => {
        throw storageFailure(error);
      });
      const items = Responses?.[table] ?? [];
      return ({ key }) => items.find(({ pk, sk }) => pk === key.pk && sk === key.sk) as Shown | undefined;
    },

    /**
     * Takes one message from a counter, by one conditional update where it still shows what was seen. Returns when it
     * opens where nothing is left. Throws STORAGE_UNAVAILABLE.
     */
    async take(
      counter: Counter,
      shown: Shown | undefined,
      nowMs: number,
      signal?: AbortSignal,
    ): Promise<number | undefined> {
      let seen = shown;
      for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
        const opensAt = opensAtMs(counter, seen, nowMs);
        if (opensAt !== undefined) return opensAt;
        try {
          await client.send(update(counter, isUnused(seen, nowMs), nowMs), sendOptions(signal));
          return undefined;
        } catch (error) {
          if (!(error instanceof ConditionalCheckFailedException)) throw storageFailure(error);
          seen = error.Item && (unmarshall(error.Item) as Shown);
        }
      }
      throw new ApiError('STORAGE_UNAVAILABLE', { retryAfter: 1 });
    },

    /**
     * Gives one message back that was taken and not sent, less what time has refilled since, so that a counter never
     * shows less than without that message. Attempted once: an answer that is lost must not give it back again.
     */
    async giveBack({ key, budget }: Counter, takenAtMs: number, nowMs: number): Promise<void> {
      const left = paceOf(budget).intervalMs - (nowMs - takenAtMs);
      if (left <= 0) return;
      const command = new UpdateCommand({
        TableName: table,
        Key: key,
        UpdateExpression: 'SET fullAt = fullAt - :left',
        ConditionExpression: 'fullAt > :now',
        ExpressionAttributeValues: { ':left': left, ':now': nowMs },
      });
      await client.send(attemptedOnce(command));
    },
  };
};

const isUnused = (shown: Shown | undefined, nowMs: number): boolean =>
  !shown || shown.fullAt <= nowMs || shown.takenAt > nowMs + CLOCK_SKEW_MS;

/** When a counter opens that has nothing left; `undefined` where it is open. */
export const opensAtMs = ({ budget }: Counter, shown: Shown | undefined, nowMs: number): number | undefined => {
  if (!shown || isUnused(shown, nowMs)) return undefined;
  const opensAt = passesAtMs(paceOf(budget), shown.fullAt);
  return opensAt > nowMs ? opensAt : undefined;
};
