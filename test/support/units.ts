import type { Name } from './person.ts';

/** Items that each write puts, changes or removes in its transaction: the state's and the log's. */
export const ITEMS: { readonly [N in Name]?: number } = {
  setPhone: 4,
  verifyPhone: 3,
  resendPhoneVerification: 3,
  removePhone: 4,
  addOtpSms: 3,
  removeOtpSms: 3,
  challengeOtpSms: 4,
  checkOtpSms: 4,
};

/** Counters of messages: user, number, address, country, service. Each is one write unit a message. */
export const BUDGETS = 5;

/** Write units of a write: an item of up to 1 kB is one, and twice that in a transaction. */
export const unitsOf = (name: Name): number => 2 * (ITEMS[name] ?? 0);
