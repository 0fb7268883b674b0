import fc from 'fast-check';
import { type CountryCode, getExampleNumber, type MetadataJson } from 'libphonenumber-js/core';
import metadata from 'libphonenumber-js/min/metadata';
import examples from 'libphonenumber-js/mobile/examples';

/** What is dialled before a number within some country, or was once. */
const PREFIXES = ['', '0', '00', '1', '8', '06', '9', '15', '044'];

const REGIONS = Object.keys(metadata.countries) as readonly CountryCode[];

const callingCodes = Object.keys({ ...metadata.country_calling_codes, ...(metadata as MetadataJson).nonGeographic });

const example = (region: CountryCode) => {
  const number = getExampleNumber(region, examples, metadata);
  return number && { callingCode: number.countryCallingCode as string, national: number.nationalNumber as string };
};

const EXAMPLES = REGIONS.flatMap((region) => example(region) ?? []);

/** The example of every region, and spellings of it with what is dialled before it. */
export const nationalSpelling = EXAMPLES.flatMap(({ callingCode, national }) =>
  PREFIXES.map((prefix) => ({
    phone: `+${callingCode}${national}`,
    dialled: `+${callingCode}${prefix}${national}`,
  })),
);

const digits = (min: number, max: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: min, maxLength: max }).map((all) => all.join(''));

/** An example with its last digits changed, so that whatever tells the region is mostly kept. */
const likeAnExample = fc
  .record({ from: fc.constantFrom(...EXAMPLES), prefix: fc.constantFrom(...PREFIXES), tail: digits(0, 6) })
  .map(({ from: { callingCode, national }, prefix, tail }) => {
    const head = national.slice(0, national.length - tail.length);
    return `+${callingCode}${prefix}${head}${tail}`;
  });

/** Any digits under a calling code that exists, satellites and the like included. */
const anyDigits = fc
  .record({ callingCode: fc.constantFrom(...callingCodes), prefix: fc.constantFrom(...PREFIXES), rest: digits(6, 12) })
  .map(({ callingCode, prefix, rest }) => `+${callingCode}${prefix}${rest}`);

/** Ways to write a number down that make no other of it. */
const SPELLINGS: readonly ((phone: string) => string)[] = [
  (phone) => phone,
  (phone) => phone.replace('+', '00'),
  (phone) => phone.replace(/(\d{2})(?=\d)/g, '$1 '),
  (phone) => phone.replace(/(\d{3})(?=\d)/g, '$1-'),
  (phone) => phone.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
  (phone) => `\u202a${phone.replace(/(\d{4})(?=\d)/g, '$1\u200b')}\u202c`,
];

/** A number of any region as somebody may type it: mostly possible, often with what is dialled within the country. */
export const typedNumber = fc
  .record({
    phone: fc.oneof({ weight: 3, arbitrary: likeAnExample }, { weight: 1, arbitrary: anyDigits }),
    spell: fc.constantFrom(...SPELLINGS),
  })
  .map(({ phone, spell }) => spell(phone));
