import type { Context } from './decision.ts';
import { attemptsLeft, type Budget, type FailedAttempts } from './failedAttempts.ts';
import { otpSmsLockout } from './policy.ts';
import { isPast } from './time.ts';
import { plainText } from './typedText.ts';

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

/**
 * A code that somebody typed: its hash, or nothing where it has not the digits of the one that is pending, which makes it
 * no guess.
 */
export type TypedCode = { readonly hash: string | undefined };

/** What a refusal tells of the digits that were expected. */
export const lengthOf = ({ codeLength }: Code) => ({ metadata: { codeLength: String(codeLength) } });

const DASHES = /[\p{Pd}\u2212]/gu;

/** The digits of a code as people type it: in groups, or in the digits of their script; `undefined` for anything else. */
export const readCode = (text: string): string | undefined => {
  const digits = plainText(text).replace(DASHES, '');
  return /^\d{4,10}$/.test(digits) ? digits : undefined;
};

/** Wrong tries that void a code. */
export const MAX_ATTEMPTS_PER_CODE = 5;

/** Whether a code may still be proven; expiry is decided by time, never by the table's tidying up. */
export const isLive = (code: Code | undefined, { now }: Pick<Context, 'now'>): code is Code =>
  code !== undefined && !isPast(code.expiresAt, now) && code.failedAttempts < MAX_ATTEMPTS_PER_CODE;

/** Attempts at a code that are left before it is void or its kind is locked, whichever comes first. */
export const attemptsRemaining = (
  { failedAttempts }: Code,
  guesses: FailedAttempts | undefined,
  { now, policy }: Context,
  budget: Budget = otpSmsLockout(policy),
): number => Math.min(MAX_ATTEMPTS_PER_CODE - failedAttempts, attemptsLeft(guesses, budget, now));

/** Whether two hashes are the same, in a time that does not depend on where they differ. */
export const sameHash = (one: string, other: string): boolean => {
  let difference = one.length ^ other.length;
  for (let i = 0; i < one.length; i++) difference |= one.charCodeAt(i) ^ other.charCodeAt(i);
  return difference === 0;
};
