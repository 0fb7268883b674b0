import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Context, type Decide, type Outcome, run } from './domain/decision.ts';
import { DomainError } from './domain/errors.ts';
import type { UserStore } from './storage/userStore.ts';

/** How often a decision is taken again when other writes of the same user come first. */
const MAX_ATTEMPTS = 10;

/** Milliseconds of the first wait; it doubles up to the longest, and each is jittered over its whole length. */
const BACKOFF = { first: 10, longest: 320 } as const;

/** Who asks, and how much time there is. */
export type Call = Omit<Context, 'now'> & { readonly userId: string; readonly signal?: AbortSignal };

/**
 * Loads the user, decides, and commits; decides again when another write came first.
 *
 * A refusal without an event is answered at once, also when it comes of the items that a lost race returned. Throws
 * the refusal, CONCURRENT_CHANGE when its turn never came, or STORAGE_UNAVAILABLE.
 */
export const execute = async <Command>(
  { store, clock }: { readonly store: UserStore; readonly clock: () => Date },
  decide: Decide<Command>,
  command: Command,
  { userId, signal, ...caller }: Call,
): Promise<Outcome> => {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    if (attempt > 0) await sleep(randomInt(Math.min(BACKOFF.first * 2 ** attempt, BACKOFF.longest)));
    const context = { ...caller, now: clock() };
    const outcome = run(decide, await store.load(userId, signal), command, context);
    if (outcome.events.length === 0) return answer(outcome);

    const commit = await store.commit(userId, outcome, signal);
    if (commit.committed) return answer(outcome);

    const seen = run(decide, { ...outcome.before, ...commit.found }, command, context);
    if (seen.events.length === 0) return answer(seen);
  }
  throw new DomainError('CONCURRENT_CHANGE');
};

const answer = (outcome: Outcome): Outcome => {
  if (outcome.refusal) throw outcome.refusal;
  return outcome;
};
