import { isPast, secondsAfter } from './time.ts';

/** Wrong guesses in a row, across codes: a new code is no new budget (NIST SP 800-63B-4, section 3.2.2). */
export type Guesses = {
  readonly failures: number;
  /** RFC 3339; guesses are not judged before. */
  readonly lockedUntil?: string;
};

/** Seconds of the first lock; it doubles with each further one, up to the longest. */
const LOCK = { first: 900, longest: 86_400 } as const;

/** The budget after one more wrong guess: each `lockAfter` of them in a row close it for a time that grows. */
export const wrongGuess = (guesses: Guesses | undefined, lockAfter: number, now: Date): Guesses => {
  const failures = (guesses?.failures ?? 0) + 1;
  if (failures % lockAfter > 0) return { failures };
  const seconds = Math.min(LOCK.first * 2 ** (failures / lockAfter - 1), LOCK.longest);
  return { failures, lockedUntil: secondsAfter(now, seconds) };
};

/** Until when guesses are closed, if they are. */
export const lockedUntil = (guesses: Guesses | undefined, now: Date): string | undefined =>
  guesses?.lockedUntil !== undefined && !isPast(guesses.lockedUntil, now) ? guesses.lockedUntil : undefined;
