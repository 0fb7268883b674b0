import type { Budget } from './failedAttempts.ts';
import type { PhoneNumber } from './phoneNumber.ts';

/** What a deployment may choose about the rules. */
export type Policy = {
  /** The owner of users whose tokens name none. */
  readonly defaultOwner: string;
  /** Seconds that a code lives. */
  readonly codeLife: number;
  /** Digits of a code. */
  readonly codeDigits: number;
  /** Seconds between the first message and the second; it doubles from there. */
  readonly firstWait: number;
  /** Messages to one user in any 24 hours: so many verification codes, and as many login codes. */
  readonly messagesPerDay: number;
  /** Wrong codes in a row that lock the factor. */
  readonly lockAfter: number;
  /** What weakening an account with a factor takes beside the access token: a proof of the factor, or these; or nothing. */
  readonly stepUp: Reauthentication | 'off';
  /** ISO 3166-1 alpha-2 codes of the countries that messages may go to, or all of them. */
  readonly countries: ReadonlySet<string> | 'all';
};

/** Whether messages may go to a number; what belongs to no country may only where all are allowed. */
export const sendsTo = ({ country }: PhoneNumber, { countries }: Policy): boolean =>
  countries === 'all' || (country !== undefined && countries.has(country));

/** Seconds of a day, which begins whenever it is looked at. */
export const DAY_SECONDS = 86_400;

/** How often the factor may be added in any hour; that bounds its removals, too, none of which is refused for it. */
export const ADDITIONS = { most: 5, windowSeconds: 3_600 } as const;

/** Re-authentications of the identity provider that are taken in a proof's place (RFC 9470); none where both are empty. */
export type Reauthentication = {
  /** Values of `acr`, of which one is asked for. */
  readonly acrValues: readonly string[];
  /** Values of `amr`, of which one is enough; no client is told them. */
  readonly amrValues: readonly string[];
};

/** Wrong codes in a row that lock the factor until a phone is verified anew (NIST SP 800-63B-4, section 3.2.2). */
export const MAX_FAILED_ATTEMPTS = 100;

/** The budget of login codes. */
export const otpSmsLockout = ({ lockAfter }: Policy): Required<Budget> => ({ lockAfter, most: MAX_FAILED_ATTEMPTS });

/** The budget of phone verification, which is the way out of all locks and so has none for good. */
export const PHONE_LOCKOUT: Budget = { lockAfter: 5 };
