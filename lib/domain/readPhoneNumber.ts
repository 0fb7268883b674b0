import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import type { PhoneNumber } from './phoneNumber.ts';
import { plainText } from './typedText.ts';

/** Readings of a number at most; each takes away a prefix that is dialled within the country. */
const MAX_READINGS = 5;

/** A plus and 15 digits (ITU-T E.164, section 6.2.1); the metadata knows longer ones in a few countries. */
const MAX_LENGTH = 16;

/**
 * Brings a number in any spelling with its country code to its one spelling, which reads as itself; `undefined` when it
 * has none, or is not possible for its country. The only place that reads numbers: where they come in.
 */
export const readPhoneNumber = (text: string): PhoneNumber | undefined =>
  settle(plainText(text).replace(/^\(?(00|[+＋﹢])/, '+'), MAX_READINGS);

const settle = (spelling: string, readings: number): PhoneNumber | undefined => {
  const number = parsePhoneNumberFromString(spelling, { extract: false });
  if (!number || number.ext !== undefined || readings === 0) return undefined;
  if (number.number !== spelling) return settle(number.number, readings - 1);
  return number.isPossible() && spelling.length <= MAX_LENGTH ? withCountry(number) : undefined;
};

/** A range that is newer than the metadata is taken for one of the main country of its calling code, which comes first. */
const withCountry = (number: NonNullable<ReturnType<typeof parsePhoneNumberFromString>>): PhoneNumber => {
  const country = number.country ?? number.getPossibleCountries()[0];
  return { phone: number.number, ...(country !== undefined && { country }) };
};
