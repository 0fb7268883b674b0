import type { Context } from './decision.ts';
import { attemptsLeft, type FailedAttempts } from './failedAttempts.ts';
import { otpSmsLockout } from './policy.ts';
import { isPast } from './time.ts';

/** What a code proves: that a phone is the user's, or the enrolled factor. */
export type CodeKind = 'PHONE' | 'OTP_SMS';

/** What a code of the factor is asked for: to sign in, or to change security settings. */
export type Purpose = 'LOGIN' | 'STEP_UP';

/** A code that waits to be proven. */
export type Code = {
  /** Sequence of the last event that changed it. */
  readonly sequence: number;
  /** The number it went to, E.164. */
  readonly phone: string;
  /** ISO 3166-1 alpha-2, where the number belongs to a country. */
  readonly country?: string;
  /** Keyed hash over user, kind, digits, number, purpose, and the challenge's id or the salt; the digits are nowhere. */
  readonly hash: string;
  /** Digits that it has. */
  readonly codeLength: number;
  /** Of a code that verifies a phone, which belongs to no challenge. */
  readonly salt?: string;
  /** Of a code of the factor. */
  readonly purpose?: Purpose;
  /** Hash of the id that only the caller of the challenge has. */
  readonly challengeHash?: string;
  readonly expiresAt: string;
  readonly failedAttempts: number;
};

/** The challenge that a code belongs to, by the hash of its id. */
export type OfChallenge = { readonly challengeHash: string };

/** Wrong tries that void a code. */
export const MAX_ATTEMPTS_PER_CODE = 5;

/** Whether a code may still be proven; expiry is decided by time, never by the table's tidying up. */
export const isLive = (code: Code | undefined, { now }: Pick<Context, 'now'>): code is Code =>
  code !== undefined && !isPast(code.expiresAt, now) && code.failedAttempts < MAX_ATTEMPTS_PER_CODE;

/** Attempts at a login code that are left before it is void or the factor is locked, whichever comes first. */
export const attemptsRemaining = (
  { failedAttempts }: Code,
  guesses: FailedAttempts | undefined,
  { now, policy }: Context,
): number => Math.min(MAX_ATTEMPTS_PER_CODE - failedAttempts, attemptsLeft(guesses, otpSmsLockout(policy), now));

/** Whether two hashes are the same, in a time that does not depend on where they differ. */
export const sameHash = (one: string, other: string): boolean => {
  let difference = one.length ^ other.length;
  for (let i = 0; i < one.length; i++) difference |= one.charCodeAt(i) ^ other.charCodeAt(i);
  return difference === 0;
};
