import type { CodeKind } from '../../../lib/domain/code.ts';
import type { Event } from '../../../lib/domain/events.ts';
import type { Policy } from '../../../lib/domain/policy.ts';
import type { User } from '../../../lib/domain/user.ts';
import type { Budgets } from '../../../lib/storage/messageCounters.ts';
import type { Answer, Call, Intent } from '../calls.ts';
import type { Change } from '../model/table.ts';
import type { Message } from '../phones.ts';

/** What a call has recorded about a user, and what is stored of the user before it and after it. */
export type Commit = {
  readonly call: Call;
  readonly userId: string;
  readonly events: readonly Event[];
  readonly before: User;
  readonly after: User;
};

/** What the rules may look at, beside what happens. */
export type Watched = {
  /** Says what is wrong. */
  blame(what: string): void;
  /** What was recorded for an intent so far, without the phone that was taken over from a token. */
  commitsOf(intent: Intent): readonly Commit[];
  logOf(userId: string): readonly Event[];
  /** Whether the user of a call was erased since it began: what it has recorded is gone. */
  isErasedSince(call: Call): boolean;
  readonly policy: Policy;
  readonly budgets: Budgets;
};

/** A promise of the service, which looks at all that happens. It knows the phones that people hold, and no rule of `lib`. */
export type Rule = {
  changed?(call: Call, change: Change): void;
  committed?(commit: Commit): void;
  sent?(message: Message): void;
  answered?(call: Call, answer: Answer): void;
  /** A user is being erased: nothing is known of them any more. */
  erased?(userId: string): void;
};

export type MakeRule = (watched: Watched) => Rule;

/** The kind of the codes that an event is about. */
export const kindOf = ({ type }: Event): CodeKind => (type.startsWith('user.human.mfa.') ? 'OTP_SMS' : 'PHONE');

/** The code that a commit has made, if it has made one. */
export const codeMadeBy = ({ events, userId }: Commit) => {
  const event = events.find(({ type }) => type.endsWith('.code.added'));
  return event && { event, kind: kindOf(event), name: `${userId} ${event.sequence}` };
};

/** Whether a commit takes over the phone of a token, which is none of what was asked for. */
export const isAdoption = ({ call, before, events }: Commit): boolean =>
  call.intent.session.caller.kind === 'user' &&
  before.root === undefined &&
  events.at(-1)?.type === 'user.human.phone.verified';

/** Values by their names, made where they are missing. */
export const mapOf = <Value>(make: () => Value) => {
  const values = new Map<string, Value>();
  return {
    get(name: string): Value {
      const value = values.get(name) ?? make();
      values.set(name, value);
      return value;
    },
    set: (name: string, value: Value) => void values.set(name, value),
  };
};
