import type { Authority, Event, Fact } from './events.ts';
import type { PhoneNumber } from './phoneNumber.ts';
import type { Policy } from './policy.ts';
import type { Refusal, RefusalDetails, RefusalReason } from './refusal.ts';
import { evolve, type User } from './user.ts';

/** What a command comes to: facts to record, a refusal, or both (a wrong guess is recorded and refused). */
export type Decision = { readonly facts: readonly Fact[]; readonly refusal?: Refusal };

/** Everything about the moment, the caller and the deployment that a decision may depend on. */
export type Context = {
  readonly now: Date;
  /** Who asks: the subject of the access token, or an operator. */
  readonly editor: string;
  /** The owner that the caller names, if it names one. */
  readonly claimedOwner?: string;
  /** Of a service, which acts for users: the owner whose users those are, unless it acts for all. */
  readonly service?: { readonly owner?: string };
  /** The phone that the identity provider has verified, where it is trusted with that. */
  readonly claimedPhone?: PhoneNumber;
  readonly stepUp?: StepUp;
  /** Whether the proof was found to be used before, when its use was to be recorded. */
  readonly proofIsUsed?: boolean;
  /** Where the access token tells of it. */
  readonly authentication?: Authentication;
  readonly policy: Policy;
};

/** What a caller shows beyond the access token: verified, but for what depends on the user's state. */
export type StepUp =
  | Extract<Authority, { by: 'OPERATOR' | 'SERVICE' }>
  | (Extract<Authority, { by: 'PROOF' }> & {
      /** Sequence of the event that enrolled the factor, or moved it, when it was proven. */
      readonly enrolledAt: number;
      /** Unix time, seconds. */
      readonly issuedAt: number;
    });

/** How and when the user has signed in, as the access token tells it (RFC 9068, section 2.2.1). */
export type Authentication = {
  /** Unix time, seconds. */
  readonly authTime: number;
  readonly acr?: string;
  readonly amr: readonly string[];
};

/** A decision on one command: pure, so that it can be taken again when another write came first. */
export type Decide<Command> = (user: User, command: Command, context: Context) => Decision;

/** A decision that records facts. */
export const accept = (...facts: Fact[]): Decision => ({ facts });

/** A decision that changes nothing. */
export const refuse = (reason: RefusalReason, details?: RefusalDetails): Decision => ({
  facts: [],
  refusal: { reason, ...details },
});

/** The decision with other reasons: what two operations refuse alike, they may tell under ids of their own. */
export const renaming =
  <Command>(decide: Decide<Command>, names: { readonly [R in RefusalReason]?: RefusalReason }): Decide<Command> =>
  (user, command, context) => {
    const { refusal, ...decision } = decide(user, command, context);
    return refusal
      ? { ...decision, refusal: { ...refusal, reason: names[refusal.reason] ?? refusal.reason } }
      : decision;
  };

/** A decision with its events in the log's order and the user after them. */
export type Outcome = {
  readonly before: User;
  readonly events: readonly Event[];
  readonly after: User;
  readonly refusal?: Refusal;
};

/**
 * Takes a decision and gives its facts their place in the user's log.
 *
 * A caller who names another owner than the stored one is refused before the command is looked at, and so is a service
 * that acts for the users of another. The first owner that a user's token names takes the place of a default one, by an
 * event before those of the first write that comes with it.
 */
export const run = <Command>(decide: Decide<Command>, user: User, command: Command, context: Context): Outcome => {
  const { facts, refusal } = ownsUser(user, context)
    ? unlessErased(user, decide(user, command, context))
    : refuse('RESOURCE_OWNER_MISMATCH');
  const events: Event[] = [];
  let after = user;
  for (const fact of facts.length > 0 && namesOwner(user, context) ? [OWNER_NAMED, ...facts] : facts) {
    const event = { ...fact, ...envelope(after, context) };
    events.push(event);
    after = evolve(after, event);
  }
  return { before: user, events, after, ...(refusal && { refusal }) };
};

/** Of a user who is being erased nothing is decided, and nothing is told, but that they are erased. */
const unlessErased = ({ root }: User, decision: Decision): Decision =>
  root?.erasedAt === undefined || decision.facts.some(({ type }) => type === 'user.erased')
    ? decision
    : refuse('USER_BEING_ERASED');

const OWNER_NAMED: Fact = { type: 'user.human.resourceowner.changed' };

/** Whether the user's token names the owner of a user who has a default one so far; a service changes no owner. */
const namesOwner = ({ root }: User, { claimedOwner, service }: Context): boolean =>
  root?.ownerIsDefault === true && claimedOwner !== undefined && !service;

const ownsUser = (user: User, context: Context): boolean => {
  const { claimedOwner, service } = context;
  if (!user.root || namesOwner(user, context)) return true;
  const { resourceOwner } = user.root;
  return [claimedOwner, service?.owner].every((owner) => owner === undefined || owner === resourceOwner);
};

const envelope = (user: User, context: Context) => ({
  sequence: (user.root?.sequence ?? 0) + 1,
  createdAt: context.now.toISOString(),
  editor: context.editor,
  ...ownerOf(user, context),
});

const ownerOf = (user: User, context: Context) => {
  const { claimedOwner, policy } = context;
  if (user.root && !namesOwner(user, context)) return { resourceOwner: user.root.resourceOwner };
  return claimedOwner === undefined
    ? { resourceOwner: policy.defaultOwner, ownerIsDefault: true as const }
    : { resourceOwner: claimedOwner };
};
