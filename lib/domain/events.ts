import type { OfChallenge, Purpose } from './code.ts';
import type { PhoneNumber } from './phoneNumber.ts';

/** A wrong guess: how many there were in a row, and until when nobody may guess again. */
type FailedGuess = { readonly failures: number; readonly lockedUntil?: string };

/** A code that was made; what is `unlogged` never reaches the log. */
export type CodeAdded = {
  readonly expiresAt: string;
  readonly codeLength: number;
  /** Of a code of the factor. */
  readonly purpose?: Purpose;
  /** Of the number it went to, ISO 3166-1 alpha-2. */
  readonly country?: string;
  readonly unlogged: { readonly hash: string; readonly salt?: string } & Partial<OfChallenge>;
};

/** What the log tells of a number: that itself is in the state, so that nothing names it once that is gone. */
export type LoggedNumber = {
  /** But for its first and its last two digits. */
  readonly maskedPhone: string;
  /** Keyed hash, the same for the same number; none where the number came by a claim, for want of the key. */
  readonly phoneHash?: string;
  /** ISO 3166-1 alpha-2, where it belongs to a country. */
  readonly country?: string;
};

/** A guess at a code of the factor, by whoever has the id of its challenge. */
type JudgedCheck = { readonly unlogged: OfChallenge };

/** What allowed a write that weakens the account, beyond the access token. */
export type Authority =
  | { readonly by: 'PROOF' /** Of the proof, which is used up. */; readonly jti: string }
  | { readonly by: 'REAUTHENTICATION' /** Unix time, seconds. */; readonly authTime: number }
  | { readonly by: 'OPERATOR'; readonly reason: string }
  | { readonly by: 'SERVICE'; readonly reason?: string }
  | { readonly by: 'STEP_UP_OFF' };

/** Until when a pending number may be verified with the factor on, where something allowed it. */
type Authorised = { readonly authorisedUntil?: string };

/** What each event says beyond its envelope. Type names are ZITADEL's: `user.human.` and a dotted past tense; erasing is ours. */
type Payloads = {
  'user.human.resourceowner.changed': unknown;
  'user.human.phone.changed': Authorised & LoggedNumber & { readonly unlogged: PhoneNumber };
  'user.human.phone.change.cancelled': unknown;
  'user.human.phone.code.added': Authorised & CodeAdded;
  /** Of the number that was set last; where nobody has typed a code, a service vouches for it. */
  'user.human.phone.verified': LoggedNumber & { readonly vouched?: true };
  'user.human.phone.verification.failed': FailedGuess;
  'user.human.phone.removed': unknown;
  'user.human.mfa.otp.sms.added': unknown;
  'user.human.mfa.otp.sms.removed': unknown;
  'user.human.mfa.otp.sms.unlocked': unknown;
  'user.human.mfa.otp.sms.code.added': CodeAdded;
  'user.human.mfa.otp.sms.check.succeeded': JudgedCheck;
  'user.human.mfa.otp.sms.check.failed': FailedGuess & JudgedCheck;
  'user.erased': unknown;
};

export type EventType = keyof Payloads;

/** A fact as a decision states it, before it has its place in the log. */
export type Fact = { [T in EventType]: { readonly type: T } & Payloads[T] }[EventType] & {
  /** Of a write that weakens the account. */
  readonly allowedBy?: Authority;
};

type Envelope = {
  /** Position in the user's log: 1 for the first event, then one more each, without a gap. */
  readonly sequence: number;
  /** When it happened: RFC 3339, UTC, milliseconds. */
  readonly createdAt: string;
  /** Who caused it: the subject of the access token, or `operator:` and a name. */
  readonly editor: string;
  /** The organisation that owns the user. */
  readonly resourceOwner: string;
  /** In a user's first event: no token has named the owner so far. */
  readonly ownerIsDefault?: true;
};

/** A fact in its place in the user's log. */
export type Event = Fact & Envelope;

/** Whether an event uses up what allowed it; a wrong guess may be followed by a right one. */
export const usesUp = ({ type }: Event): boolean => type !== 'user.human.phone.verification.failed';

/** Whether the user's log keeps an event: the last one of all goes past it, since the log goes with its user. */
export const isLogged = ({ type }: Event): boolean => type !== 'user.erased';
