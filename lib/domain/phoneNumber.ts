import { parsePhoneNumberFromString } from 'libphonenumber-js/min';

/** A phone number as it is stored, with the country it belongs to. */
export type PhoneNumber = {
  /** E.164. */
  readonly phone: string;
  /** ISO 3166-1 alpha-2; numbers of satellites and of no country have none. */
  readonly country: string | undefined;
};

/** Reads a number in any spelling; `undefined` when it is not possible for its country. */
export const parsePhoneNumber = (text: string): PhoneNumber | undefined => {
  const number = parsePhoneNumberFromString(text, { extract: false });
  if (!number?.isPossible() || number.ext) return undefined;
  return { phone: number.number, country: number.country };
};

/** A number with nothing to tell whose it is but its last two digits. */
export const maskPhoneNumber = (phone: string): string =>
  `${phone.slice(0, 3)}${'*'.repeat(phone.length - 5)}${phone.slice(-2)}`;
