import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { secondsUntil } from '../domain/time.ts';
import { ApiError } from '../errors/errors.ts';
import { createCounters, expected, type Look, opensAtMs } from './counter.ts';
import { type Budgets, countersOf, type Message, type NamedCounter, type Pseudonym } from './messageCounters.ts';
import { createSpentCounters } from './spentCounters.ts';

/** Leave for a message that is not sent so far. */
export type Reservation = {
  /** Gives back what was taken for it; the second time it does nothing. Never throws. */
  giveBack(): Promise<void>;
};

/** Budgets for messages, counted in the table, one item a counter: never inside a user's transaction. */
export type SendLimits = {
  /**
   * Takes one message from every budget that it counts against, before it is sent. Throws SMS_BUDGET_SPENT, or
   * STORAGE_UNAVAILABLE: what cannot be counted is not sent.
   */
  take(message: Message, pending: Metadata, signal?: AbortSignal): Promise<Reservation>;
};

type Metadata = Readonly<Record<string, string>>;

/** Seconds that a caller is told to wait for a verification code, whatever is spent: it must not tell which it was. */
const VERIFICATION_RETRY_SECONDS = 3_600;

/** A counter that has nothing left, and when it has. */
type Spent = { readonly counter: NamedCounter; readonly opensAtMs: number };

/**
 * Send limits on one DynamoDB table.
 *
 * A message takes from its narrow counters together, then from the wide ones together: what a narrow one refuses spends
 * nothing of what everybody shares. The wide ones are looked at beside the narrow ones, so that a refusal of theirs is
 * known before there is much to give back.
 */
export const createSendLimits = (
  client: DynamoDBDocumentClient,
  table: string,
  budgets: Budgets,
  pseudonym: Pseudonym,
  clock: () => Date,
): SendLimits => {
  const counters = createCounters(client, table);
  const known = createSpentCounters();

  const reservationOf = (taken: readonly NamedCounter[], takenAtMs: number): Reservation => {
    let givenBack: Promise<unknown> | undefined;
    const giveBack = async (counter: NamedCounter) => {
      await counters.giveBack(counter, takenAtMs, clock().getTime());
      known.forget(counter);
    };
    return {
      async giveBack() {
        givenBack ??= Promise.allSettled(taken.map(giveBack));
        await givenBack;
      },
    };
  };

  return {
    async take(message, pending, signal) {
      const now = clock();
      const nowMs = now.getTime();
      const { narrow, wide } = await countersOf(message, budgets[message.kind], pseudonym);
      const enforced = message.evenIfShareIsSpent ? narrow : [...narrow, ...wide];
      const taken: NamedCounter[] = [];
      const reservation = reservationOf(taken, nowMs);

      const refuse = (spent: readonly Spent[]): void => {
        const last = latest(spent.filter(({ counter }) => enforced.includes(counter)));
        if (last) throw refusalOf(message, last, now, pending);
      };
      const refuseAndRemember = (spent: readonly Spent[]): void => {
        for (const { counter, opensAtMs } of spent) known.remember(counter, opensAtMs, nowMs);
        refuse(spent);
      };
      const takeAll = async (wave: readonly NamedCounter[], look: Look): Promise<void> => {
        const ends = await Promise.allSettled(wave.map((each) => counters.take(each, look(each), nowMs, signal)));
        taken.push(...wave.filter((_, i) => ends[i]?.status === 'fulfilled' && ends[i].value === undefined));
        const opensAt = ends.map(settledValue);
        refuseAndRemember(spentOf(wave, (_, i) => opensAt[i]));
      };

      refuse(spentOf(enforced, (counter) => known.opensAtMs(counter, nowMs)));
      try {
        const taking = takeAll(narrow, (counter) => expected(counter, nowMs));
        const [took, looked] = await Promise.allSettled([taking, counters.look(wide, signal)]);
        settledValue(took);
        const look = settledValue(looked);
        refuseAndRemember(spentOf(wide, (counter) => opensAtMs(counter, look(counter), nowMs)));
        await takeAll(wide, look);
      } catch (error) {
        await reservation.giveBack();
        throw error;
      }
      return reservation;
    },
  };
};

const refusalOf = ({ kind }: Message, { counter, opensAtMs }: Spent, now: Date, metadata: Metadata): ApiError => {
  const opensIn = secondsUntil(new Date(opensAtMs).toISOString(), now);
  const retryAfter = kind === 'PHONE' ? VERIFICATION_RETRY_SECONDS : opensIn;
  return new ApiError('SMS_BUDGET_SPENT', { retryAfter, metadata, budget: counter.name });
};

const spentOf = (
  counters: readonly NamedCounter[],
  opensAtMsOf: (counter: NamedCounter, index: number) => number | undefined,
): readonly Spent[] =>
  counters.flatMap((counter, index) => {
    const opensAtMs = opensAtMsOf(counter, index);
    return opensAtMs === undefined ? [] : [{ counter, opensAtMs }];
  });

/** The one that opens last: before it does, asking again does not help. */
const latest = (spent: readonly Spent[]): Spent | undefined =>
  spent.toSorted((one, other) => one.opensAtMs - other.opensAtMs).at(-1);

const settledValue = <Value>(end: PromiseSettledResult<Value>): Value => {
  if (end.status === 'rejected') throw end.reason;
  return end.value;
};
