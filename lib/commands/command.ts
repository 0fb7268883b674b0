import { type Context, type Decide, type Outcome, run } from '../domain/decision.ts';
import type { User } from '../domain/user.ts';
import type { EventPage } from '../storage/eventLog.ts';
import type { IdempotentRequest } from '../storage/idempotencyRecords.ts';
import type { Alongside } from '../storage/numberAttempts.ts';

/** Who asks, and how much time there is. */
export type CommandRequest = {
  readonly userId: string;
  readonly context: Omit<Context, 'now'>;
  /** The nets that hold the address of whoever asks, the narrowest first; none where it is not counted. */
  readonly sourceNets: readonly string[];
  /** Languages the caller likes, as in Accept-Language. */
  readonly languages: string | undefined;
  /** A proof of the second factor, as the caller sent it. */
  readonly stepUpProof: string | undefined;
  /** Set when the caller wants to be able to repeat the request. */
  readonly idempotent: IdempotentRequest | undefined;
  readonly signal: AbortSignal;
};

/** What follows a commit. */
export type Effect = {
  /** What its reservation is for: one that is held for the same is good for another attempt. */
  readonly subject: string;
  /** Reserves what the effect will use, before the commit. */
  reserve(): Promise<Reservation>;
  run(): Promise<void>;
};

/** What an effect will use. */
export type Reservation = { giveBack(): Promise<void> };

/** What the answer says and the user's state does not. */
export type Secrets = {
  /** The id of the challenge that the answer is about. */
  readonly challengeId?: string;
  /** The code itself, for a service that brings it to the user. */
  readonly verificationCode?: string;
  /** Whether the factor is among those that were asked for. */
  readonly isAskedFor?: boolean;
  /** A part of the user's log. */
  readonly page?: EventPage;
};

/** What a command came to, and what is to follow its commit. */
export type Handled = {
  readonly outcome: Outcome;
  readonly secrets?: Secrets;
  readonly effect?: Effect;
  /** Another write that the commit is to be made with. */
  readonly alongside?: Alongside;
  /** The claims of a proof of what was decided: signed, and given out, once they are committed. */
  readonly claims?: object;
};

/** Signs the claims of a proof. Throws PROOF_KEY_UNAVAILABLE, or INTERNAL where the key is not ours to use. */
export type SignProof = (claims: object, signal?: AbortSignal) => Promise<string>;

/** Decides about the user as loaded; called again when another write came first. */
type Decider = (user: User, context: Context) => Promise<Handled>;

/** Takes up a command, once a request: what it begins at once runs beside the loading of the user. */
export type CommandHandler<Input> = (input: Input, request: CommandRequest) => Decider;

/** A command handler that has its input. */
export type BoundCommand = (request: CommandRequest) => Decider;

/** The command handler of a decision that needs nothing but the user, and that nothing follows. */
export const decideWith =
  (decide: Decide<unknown>): CommandHandler<unknown> =>
  () =>
  async (user, context) => ({ outcome: run(decide, user, undefined, context) });
