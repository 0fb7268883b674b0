import { isPast, secondsAfter } from './time.ts';

/** Wrong guesses in a row, across codes: a new code is no new budget (NIST SP 800-63B-4, section 3.2.2). */
export type FailedAttempts = {
  readonly failures: number;
  /** RFC 3339; guesses are not judged before. */
  readonly lockedUntil?: string;
};

/** What a row of wrong guesses may come to. */
export type Budget = {
  /** Wrong guesses that close it for a time that grows, again and again. */
  readonly lockAfter: number;
  /** Wrong guesses that close it for good. */
  readonly most?: number;
};

/** Seconds of the first lock; it doubles with each further one, up to the longest. */
const LOCK = { first: 900, longest: 86_400 } as const;

/** The end of a lock that no time opens; RFC 3339 knows no later one. */
export const FOR_GOOD = '9999-12-31T23:59:59.999Z';

/** The guesses after one more wrong one. */
export const withFailedAttempt = (
  guesses: FailedAttempts | undefined,
  { lockAfter, most = Infinity }: Budget,
  now: Date,
): FailedAttempts => {
  const failures = (guesses?.failures ?? 0) + 1;
  if (failures >= most) return { failures, lockedUntil: FOR_GOOD };
  if (failures % lockAfter > 0) return { failures };
  const seconds = Math.min(LOCK.first * 2 ** (failures / lockAfter - 1), LOCK.longest);
  return { failures, lockedUntil: secondsAfter(now, seconds) };
};

/** Until when guesses are closed, if they are. */
export const lockedUntil = (guesses: FailedAttempts | undefined, now: Date): string | undefined =>
  guesses?.lockedUntil !== undefined && !isPast(guesses.lockedUntil, now) ? guesses.lockedUntil : undefined;

/** Wrong guesses that are left before the next lock. */
export const attemptsLeft = (
  guesses: FailedAttempts | undefined,
  { lockAfter, most = Infinity }: Budget,
  now: Date,
): number => {
  const { failures } = guesses ?? { failures: 0 };
  return lockedUntil(guesses, now) ? 0 : Math.min(lockAfter - (failures % lockAfter), most - failures);
};
