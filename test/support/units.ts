import type { Name } from './person.ts';

/** Items that each write puts, changes, removes or checks in its transaction: the state's, the log's, a number's count. */
export const ITEMS: { readonly [N in Name]?: number } = {
  setPhone: 4,
  verifyPhone: 5,
  resendPhoneVerification: 3,
  removePhone: 4,
  addOtpSms: 3,
  removeOtpSms: 3,
  challengeOtpSms: 4,
  checkOtpSms: 4,
};

/**
 * Counters of a message by its kind, from an IPv4 address: number, address, country and service of an hour and of a day; a
 * login code is not counted by address. Each is one write unit a message.
 */
export const COUNTERS = { PHONE: 6, OTP_SMS: 5 } as const;

/** Read units of the look at the counters that all users share, which need not be consistent. */
export const LOOK = 2;

/** The kind of code that an operation sends. */
export const kindOf = (name: Name): keyof typeof COUNTERS => (name === 'challengeOtpSms' ? 'OTP_SMS' : 'PHONE');

/** Write units of a write: an item of up to 1 kB is one, and twice that in a transaction. */
export const unitsOf = (name: Name): number => 2 * (ITEMS[name] ?? 0);
