import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Context, type Decide, type Outcome, run } from '../domain/decision.ts';
import { adoptPhone } from '../domain/phone.ts';
import type { User } from '../domain/user.ts';
import { ApiError } from '../errors/errors.ts';
import type { Answer, IdempotencyRecords, Kept } from '../storage/idempotencyRecords.ts';
import type { UserStore } from '../storage/userStore.ts';
import { noteConflict, noteDecision } from '../telemetry/requestStats.ts';
import type { BoundCommand, CommandRequest, Effect, Handled, Secrets, SignProof } from './command.ts';
import { createHold, type Hold } from './reservation.ts';

/** How often a decision is taken again when other writes of the same user come first. */
const MAX_ATTEMPTS = 10;

/** Milliseconds of the first wait; it doubles up to the longest, and each is jittered over its whole length. */
const BACKOFF_MS = { first: 10, longest: 320 } as const;

/** Milliseconds after which a twin of a request, which may hold what is refused, has left its answer for both. */
const TWIN_WAIT_MS = 300;

/** What an operation is carried out with. */
type Execution = {
  readonly store: UserStore;
  readonly records: IdempotencyRecords;
  readonly clock: () => Date;
  readonly handle: BoundCommand;
  /** The response message in its JSON form. */
  readonly view: (outcome: Outcome, context: Context, secrets: Secrets) => object;
  /** What is decided anew before a kept answer is given; accepts, or refuses. */
  readonly beforeRepeat: Decide<unknown>;
  readonly sign: SignProof | null;
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
  const sameUser = lookingAtOneUser();
  let proofIsUsed = false;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    if (attempt > 0) {
      noteConflict();
      await sleep(randomInt(Math.min(BACKOFF_MS.first * 2 ** attempt, BACKOFF_MS.longest)));
    }
    const find = async () => idempotent && records.find(idempotent, clock(), signal);
    const [loaded, kept] = await Promise.all([store.load(userId, signal).then(sameUser), find()]);
    // After the user was read: no event is older than the one before it.
    const context = { ...request.context, now: clock(), proofIsUsed };
    const end = (decided: Outcome, answer: Answer) => {
      noteDecision(decided, context.now);
      return give(answer, execution, signal);
    };
    if (kept) return repeat(kept, loaded, execution, context, signal);

    const adoption = run(adoptPhone, loaded, undefined, context);
    if (adoption.events.length > 0 && !(await store.commit(userId, adoption, [], signal)).committed) continue;

    const handled = await decide(adoption.after, context);
    const { outcome, effect, alongside } = handled;
    const answer = answerTo(handled, execution, context);
    if (outcome.events.length === 0) {
      // What was kept was looked for beside the user: a twin may have come between, and what it did led to this decision.
      const twins = await find();
      return twins ? repeat(twins, loaded, execution, context, signal) : end(outcome, answer);
    }

    try {
      await hold.reserve(effect);
    } catch (error) {
      if (!idempotent || attempt > 0 || !isOfNumber(error)) throw error;
      await sleep(TWIN_WAIT_MS);
      continue;
    }
    const others = [
      ...(alongside ? [alongside.write] : []),
      ...(idempotent ? [records.keeping(idempotent, answer, context.now)] : []),
    ];
    const commit = await store.commit(userId, outcome, others, signal);
    if (commit.committed) {
      hold.use();
      await runEffect(effect, execution, request);
      return end(outcome, answer);
    }

    proofIsUsed ||= commit.proofIsUsed;
    if (alongside && commit.refused.has(alongside.write)) {
      const twins = await find();
      if (twins) return repeat(twins, loaded, execution, context, signal);
      await alongside.refuse(commit.refused.get(alongside.write), signal);
      continue;
    }
    if (idempotent) continue;
    const seen = await decide(sameUser(commit.found), { ...context, proofIsUsed });
    if (seen.outcome.events.length === 0) return end(seen.outcome, answerTo(seen, execution, context));
  }
  throw new ApiError('CONCURRENT_CHANGE');
};

/** One who was erased since a request saw them is not decided about again: they would begin anew by what they asked for before. */
const lookingAtOneUser = () => {
  let begunAt: string | undefined;
  return (user: User): User => {
    begunAt ??= user.root?.creationDate;
    if (user.root?.creationDate !== begunAt) throw new ApiError('USER_BEING_ERASED');
    return user;
  };
};

/** Whether a number's budget is spent, as it is when many requests under one key come at once. */
const isOfNumber = (error: unknown): boolean =>
  error instanceof ApiError && (error.budget === 'number' || error.budget === 'login-number');

const answerTo = ({ outcome, claims, secrets = {} }: Handled, { view }: Execution, context: Context): Answer =>
  outcome.refusal
    ? { refusal: new ApiError(outcome.refusal.reason, outcome.refusal) }
    : { message: view(outcome, context, secrets), ...(claims && { claims }) };

/** Gives an answer; what a proof says is committed before it is signed, so that nobody learns from the time it takes. */
const give = async (answer: Answer, { sign }: Execution, signal: AbortSignal): Promise<object> => {
  if ('refusal' in answer) throw answer.refusal;
  const { message, claims } = answer;
  return claims && sign ? { ...message, proof: await sign(claims, signal) } : message;
};

/** Gives a kept answer, after all that may forbid it; another request under the key learns nothing but that. */
const repeat = (kept: Kept, user: User, execution: Execution, context: Context, signal: AbortSignal) => {
  const { refusal } = run(execution.beforeRepeat, user, undefined, context);
  if (refusal) throw new ApiError(refusal.reason, refusal);
  if ('isOfAnother' in kept) throw new ApiError('IDEMPOTENCY_KEY_REUSED');
  return give(kept.answer, execution, signal);
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
