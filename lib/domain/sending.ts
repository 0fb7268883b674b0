import { type CodeKind, isLive } from './code.ts';
import { type Context, type Decision, refuse } from './decision.ts';
import type { CodeAdded } from './events.ts';
import type { PhoneNumber } from './phoneNumber.ts';
import { sendsTo } from './policy.ts';
import { resendAt } from './resendBackoff.ts';
import { isPast, secondsAfter, secondsUntil } from './time.ts';
import type { User } from './user.ts';

/** A code made for a number, as a decision may see it: without its digits. */
export type HashedCode = PhoneNumber & { readonly hash: string };

/** What there is to say of a code that was made for a number. */
export const codeAdded = ({ country, hash }: HashedCode, { now, policy }: Context): CodeAdded => ({
  expiresAt: secondsAfter(now, policy.codeLife),
  ...(country !== undefined && { country }),
  sealed: { hash },
});

/** What bears on the next message of a purpose: those before it, wrong codes, and the code in the user's hand. */
const STATE = {
  PHONE: ({ root, phoneCode }: User) => ({
    pace: root?.phoneResendBackoff,
    guesses: root?.phoneFailedAttempts,
    code: phoneCode,
  }),
  OTP_SMS: ({ root, otpSmsCode }: User) => ({
    pace: root?.otpSmsResendBackoff,
    guesses: root?.otpSmsFailedAttempts,
    code: otpSmsCode,
  }),
} satisfies Record<CodeKind, unknown>;

const nextTurn = (purpose: CodeKind, user: User, { policy }: Context): string | undefined => {
  const { pace, guesses } = STATE[purpose](user);
  return pace && resendAt(pace, guesses?.failures ?? 0, policy.firstWait);
};

/** What a refused message leaves the user with: until when the code at hand is good, and when there is another. */
export const pending = (purpose: CodeKind, user: User, context: Context): Readonly<Record<string, string>> => {
  const { code } = STATE[purpose](user);
  const next = nextTurn(purpose, user, context);
  return { ...(next && { resendAt: next }), ...(isLive(code, context) && { expiresAt: code.expiresAt }) };
};

/** Refuses a message to a country that the deployment does not send to, and one before its turn. */
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
  const next = nextTurn(purpose, user, context);
  return next === undefined || isPast(next, context.now)
    ? undefined
    : refuse('SMS_TOO_SOON', { retryAfter: secondsUntil(next, context.now), metadata });
};
