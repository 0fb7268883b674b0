/** A phone number in its one spelling, with the country it belongs to. Nothing ever reads the spelling again. */
export type PhoneNumber = {
  /** E.164. */
  readonly phone: string;
  /** ISO 3166-1 alpha-2; numbers of satellites and of no country have none. */
  readonly country?: string;
};

/** A number with nothing to tell whose it is but its last two digits. */
export const maskPhoneNumber = (phone: string): string =>
  `${phone.slice(0, 3)}${'*'.repeat(phone.length - 5)}${phone.slice(-2)}`;
