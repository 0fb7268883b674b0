import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Context, type Outcome, run } from '../domain/decision.ts';
import { adoptPhone } from '../domain/phone.ts';
import { ApiError } from '../errors/errors.ts';
import type { Answer, IdempotencyRecords } from '../storage/idempotencyRecords.ts';
import type { UserStore } from '../storage/userStore.ts';
import { noteConflict, noteDecision } from '../telemetry/requestStats.ts';
import type { BoundCommand, CommandRequest, Effect, Handled, Secrets } from './command.ts';
import { createHold, type Hold } from './reservation.ts';

/** How often a decision is taken again when other writes of the same user come first. */
const MAX_ATTEMPTS = 10;

/** Milliseconds of the first wait; it doubles up to the longest, and each is jittered over its whole length. */
const BACKOFF = { first: 10, longest: 320 } as const;

/** Milliseconds after which a twin of a request, which may hold what is refused, has left its answer for both. */
const TWIN_WAIT_MS = 300;

/** What an operation is carried out with. */
export type Execution = {
  readonly store: UserStore;
  readonly records: IdempotencyRecords;
  readonly clock: () => Date;
  readonly handle: BoundCommand;
  /** The response message in its JSON form. */
  readonly view: (outcome: Outcome, context: Context, secrets: Secrets) => object;
};

/**
 * Loads the user, decides, commits and performs the effect; decides again when another write came first.
 *
 * A refusal without an event is answered at once, also when it comes of the items that a lost race returned. Throws
 * the refusal, CONCURRENT_CHANGE when its turn never came, or what storage and the effect throw.
 */
export const execute = async (execution: Execution, request: CommandRequest): Promise<object> => {
  const hold = createHold();
  try {
    return await attempts(execution, request, hold);
  } finally {
    await hold.giveBack();
  }
};

const attempts = async (execution: Execution, request: CommandRequest, hold: Hold): Promise<object> => {
  const { store, records, clock, handle } = execution;
  const { userId, idempotent, signal } = request;
  const decide = handle(request);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    if (attempt > 0) {
      noteConflict();
      await sleep(randomInt(Math.min(BACKOFF.first * 2 ** attempt, BACKOFF.longest)));
    }
    const loaded = await store.load(userId, signal);
    // Both after the user was read: no event is older than the one before it, and a twin's answer is not overlooked.
    const context = { ...request.context, now: clock() };
    const end = (decided: Outcome, answer: Answer) => {
      noteDecision(decided, context.now);
      return give(answer);
    };
    const kept = idempotent && (await records.find(idempotent, context.now, signal));
    if (kept) return give(kept);

    const adoption = run(adoptPhone, loaded, undefined, context);
    if (adoption.events.length > 0 && !(await store.commit(userId, adoption, [], signal)).committed) continue;

    const handled = await decide(adoption.after, context);
    const { outcome, effect } = handled;
    const answer = answerTo(handled, execution, context);
    if (outcome.events.length === 0) return end(outcome, answer);

    try {
      await hold.reserve(effect);
    } catch (error) {
      if (!idempotent || attempt > 0 || !isOfNumber(error)) throw error;
      await sleep(TWIN_WAIT_MS);
      continue;
    }
    const alongside = idempotent ? [records.keeping(idempotent, answer, context.now)] : [];
    const commit = await store.commit(userId, outcome, alongside, signal);
    if (commit.committed) {
      hold.use();
      await runEffect(effect, execution, request);
      return end(outcome, answer);
    }

    if (idempotent) continue;
    const seen = await decide(commit.found, context);
    if (seen.outcome.events.length === 0) return end(seen.outcome, answerTo(seen, execution, context));
  }
  throw new ApiError('CONCURRENT_CHANGE');
};

/** Whether a number's budget is spent, as it is when many requests under one key come at once. */
const isOfNumber = (error: unknown): boolean =>
  error instanceof ApiError && (error.budget === 'number' || error.budget === 'login-number');

const answerTo = ({ outcome, proof, secrets = {} }: Handled, { view }: Execution, context: Context): Answer =>
  outcome.refusal
    ? { refusal: new ApiError(outcome.refusal.reason, outcome.refusal) }
    : { message: { ...view(outcome, context, secrets), ...(proof !== undefined && { proof }) } };

const give = (answer: Answer): object => {
  if ('refusal' in answer) throw answer.refusal;
  return answer.message;
};

const runEffect = async (effect: Effect | undefined, { records, clock }: Execution, request: CommandRequest) => {
  try {
    await effect?.run();
  } catch (error) {
    if (request.idempotent && error instanceof ApiError) {
      await records.replace(request.idempotent, { refusal: error }, clock()).catch(() => {});
    }
    throw error;
  }
};
