import { type CodeKind, isLive, type OfChallenge, type Purpose } from './code.ts';
import { type Context, type Decision, refuse } from './decision.ts';
import type { CodeAdded } from './events.ts';
import type { PhoneNumber } from './phoneNumber.ts';
import { DAY_SECONDS, sendsTo } from './policy.ts';
import { resendAt } from './resendBackoff.ts';
import { allowedAt, countWithin } from './slidingWindow.ts';
import { isPast, secondsAfter, secondsUntil } from './time.ts';
import type { User } from './user.ts';

/** A code made for a number, as a decision may see it: without its digits. */
export type HashedCode = PhoneNumber & {
  readonly hash: string;
  /** Keyed hash of the number, for the log. */
  readonly phoneHash: string;
};

/** A code that verifies a phone. */
export type HashedVerification = HashedCode & { readonly salt: string };

/** A code of the factor, which belongs to the request that asked for it. */
export type HashedChallenge = HashedCode & OfChallenge & { readonly purpose: Purpose };

/** What there is to say of a code that was made for a number. */
export const codeAdded = ({ country }: PhoneNumber, { now, policy }: Context): Omit<CodeAdded, 'unlogged'> => ({
  expiresAt: secondsAfter(now, policy.codeLife),
  codeLength: policy.codeDigits,
  ...(country !== undefined && { country }),
});

/** What bears on the next message of a purpose: those before it, wrong codes, and the code in the user's hand. */
const STATE = {
  PHONE: ({ root, phoneCode }: User) => ({
    budget: 'user',
    pace: root?.phoneResendBackoff,
    sends: root?.phoneSends,
    guesses: root?.phoneFailedAttempts,
    code: phoneCode,
    phone: root?.phone,
  }),
  OTP_SMS: ({ root, otpSmsCode }: User) => ({
    budget: 'login-user',
    pace: root?.otpSmsResendBackoff,
    sends: root?.otpSmsSends,
    guesses: root?.otpSmsFailedAttempts,
    code: otpSmsCode,
    phone: root?.verifiedPhone,
  }),
} satisfies Record<CodeKind, unknown>;

/** The end of the wait since the last message. */
const waitEnds = (purpose: CodeKind, user: User, { policy }: Context): string | undefined => {
  const { pace, guesses } = STATE[purpose](user);
  return pace && resendAt(pace, guesses?.failures ?? 0, policy.firstWait);
};

/** When the user's own messages of a day leave room for another. */
const budgetOpens = (purpose: CodeKind, user: User, { policy, now }: Context): string | undefined =>
  allowedAt(STATE[purpose](user).sends, policy.messagesPerDay, DAY_SECONDS, now);

/** Whether no login code has gone to the user within the last day. */
export const isFirstLoginOfDay = ({ root }: User, { now }: Pick<Context, 'now'>): boolean =>
  countWithin(root?.otpSmsSends, DAY_SECONDS, now) === 0;

/** A message that went to a number, and when; E.164 and milliseconds. */
export type Sent = { readonly phone: string; readonly atMs: number };

/** The user's last message of a purpose within a day, where its number is still known. */
export const lastSent = (purpose: CodeKind, user: User): Sent | undefined => {
  const { phone, sends } = STATE[purpose](user);
  const atMs = sends?.at(-1);
  return phone === undefined || atMs === undefined ? undefined : { phone, atMs };
};

/** What is told of a code and of the next one. */
type Pending = { readonly resendAt?: string; readonly expiresAt?: string };

/** What a refused message leaves the user with: until when the code at hand is good, and when there is another. */
export const pending = (purpose: CodeKind, user: User, context: Context): Pending => {
  const { code } = STATE[purpose](user);
  const turns = [waitEnds(purpose, user, context), budgetOpens(purpose, user, context)];
  const next = turns
    .filter((turn) => turn !== undefined)
    .toSorted()
    .at(-1);
  return { ...(next && { resendAt: next }), ...(isLive(code, context) && { expiresAt: code.expiresAt }) };
};

/** Refuses a message to a country that the deployment does not send to, one too many for a day, and one before its turn. */
export const refusalToSend = (
  purpose: CodeKind,
  user: User,
  number: HashedCode,
  context: Context,
): Decision | undefined => {
  const metadata = pending(purpose, user, context);
  if (!sendsTo(number, context.policy)) {
    return refuse('SMS_COUNTRY_NOT_ALLOWED', { metadata: { country: number.country ?? 'none', ...metadata } });
  }
  const { now } = context;
  const { resendAt: next } = metadata;
  if (next === undefined || isPast(next, now)) return undefined;
  const retryAfter = secondsUntil(next, now);
  return budgetOpens(purpose, user, context)
    ? refuse('SMS_BUDGET_SPENT', { retryAfter, metadata, budget: STATE[purpose](user).budget })
    : refuse('SMS_TOO_SOON', { retryAfter, metadata });
};
