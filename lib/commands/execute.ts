import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Context, type Outcome, run } from '../domain/decision.ts';
import { adoptPhone } from '../domain/phone.ts';
import type { User } from '../domain/user.ts';
import { DomainError } from '../errors/errors.ts';
import type { Answer, Answers, Repeatable } from '../storage/idempotencyRecords.ts';
import type { UserStore } from '../storage/userStore.ts';
import { noteConflict, noteDecision } from '../telemetry/requestStats.ts';

/** How often a decision is taken again when other writes of the same user come first. */
const MAX_ATTEMPTS = 10;

/** Milliseconds of the first wait; it doubles up to the longest, and each is jittered over its whole length. */
const BACKOFF = { first: 10, longest: 320 } as const;

/** How often a spent budget is looked at again: requests about to lose the race hold it for a moment. */
const LOOKS_AT_BUDGET = 5;

/** Who asks for what, and how much time there is. */
export type Call<Input> = {
  readonly userId: string;
  readonly input: Input;
  readonly context: Omit<Context, 'now'>;
  /** Where the request comes from, as the platform saw it. */
  readonly sourceAddress: string;
  /** Languages the caller likes, as in Accept-Language. */
  readonly languages: string | undefined;
  /** A proof of the second factor, as the caller sent it. */
  readonly stepUpProof: string | undefined;
  /** Set when the caller wants to be able to repeat the request. */
  readonly repeatable: Repeatable | undefined;
  readonly signal: AbortSignal;
};

/** What follows a commit. */
export type Effect = {
  /** Reserves what the effect will use, before the commit; returns how to give it back. */
  reserve(): Promise<() => Promise<void>>;
  perform(): Promise<void>;
};

/** A decision that was taken, and what is to follow its commit. */
export type Plan = {
  readonly outcome: Outcome;
  readonly effect?: Effect;
  /** A signed proof of what was decided, given out only when it is committed. */
  readonly proof?: string;
};

/** Takes the decision of an operation about a user. */
export type MakePlan<Input> = (user: User, call: Call<Input>, context: Context) => Promise<Plan>;

/** What an operation is carried out with. */
export type Execution<Input> = {
  readonly store: UserStore;
  readonly answers: Answers;
  readonly clock: () => Date;
  readonly plan: MakePlan<Input>;
  /** The response message in its JSON form. */
  readonly answer: (outcome: Outcome, context: Context) => object;
};

/**
 * Loads the user, decides, commits and performs the effect; decides again when another write came first.
 *
 * A refusal without an event is answered at once, also when it comes of the items that a lost race returned. Throws
 * the refusal, CONCURRENT_CHANGE when its turn never came, or what storage and the effect throw.
 */
export const execute = async <Input>(execution: Execution<Input>, call: Call<Input>): Promise<object> => {
  const { store, answers, clock, plan } = execution;
  const { userId, repeatable, signal } = call;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    if (attempt > 0) {
      noteConflict();
      await sleep(randomInt(Math.min(BACKOFF.first * 2 ** attempt, BACKOFF.longest)));
    }
    const loaded = await store.load(userId, signal);
    // Both after the user was read: no event is older than the one before it, and a twin's answer is not overlooked.
    const context = { ...call.context, now: clock() };
    const end = (decided: Outcome, answer: Answer) => {
      noteDecision(decided, context.now);
      return give(answer);
    };
    const kept = repeatable && (await answers.find(repeatable, context.now, signal));
    if (kept) return give(kept);

    const adoption = run(adoptPhone, loaded, undefined, context);
    if (adoption.events.length > 0 && !(await store.commit(userId, adoption, [], signal)).committed) continue;

    const { outcome, effect, proof } = await plan(adoption.after, call, context);
    const answer = answerTo(outcome, proof, execution, context);
    if (outcome.events.length === 0) return end(outcome, answer);

    let giveBack: Awaited<ReturnType<Effect['reserve']>> | undefined;
    try {
      giveBack = await effect?.reserve();
    } catch (error) {
      if (mayBeHeld(error) && attempt < LOOKS_AT_BUDGET) continue;
      throw error;
    }
    const alongside = repeatable ? [answers.keeping(repeatable, answer, context.now)] : [];
    const commit = await store.commit(userId, outcome, alongside, signal).catch(async (error: unknown) => {
      await giveBack?.();
      throw error;
    });
    if (commit.committed) {
      await perform(effect, execution, call);
      return end(outcome, answer);
    }

    await giveBack?.();
    if (repeatable) continue;
    const seen = await plan(commit.found, call, context);
    if (seen.outcome.events.length === 0) {
      return end(seen.outcome, answerTo(seen.outcome, undefined, execution, context));
    }
  }
  throw new DomainError('CONCURRENT_CHANGE');
};

/** Whether a budget is spent that another request of the same user may hold for a moment. */
const mayBeHeld = (error: unknown): boolean =>
  error instanceof DomainError && ['user', 'number'].includes(error.metadata.budget ?? '');

const answerTo = <Input>(
  outcome: Outcome,
  proof: string | undefined,
  { answer }: Execution<Input>,
  context: Context,
): Answer =>
  outcome.refusal
    ? { refusal: outcome.refusal }
    : { message: { ...answer(outcome, context), ...(proof !== undefined && { proof }) } };

const give = (answer: Answer): object => {
  if ('refusal' in answer) throw answer.refusal;
  return answer.message;
};

const perform = async <Input>(effect: Effect | undefined, { answers, clock }: Execution<Input>, call: Call<Input>) => {
  try {
    await effect?.perform();
  } catch (error) {
    if (call.repeatable && error instanceof DomainError) {
      await answers.replace(call.repeatable, { refusal: error }, clock()).catch(() => {});
    }
    throw error;
  }
};
