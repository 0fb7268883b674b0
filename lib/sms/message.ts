import type { Purpose } from '../domain/code.ts';
import * as languages from './texts/index.ts';

/** What a message with a code is about: a phone to verify, or what a code of the factor is for. */
export type Subject = 'PHONE' | Purpose;

/** What the messages say in one language. */
export type Texts = { readonly [S in Subject]: (digits: string) => string };

/** The languages there are, by their ISO 639 codes. */
export const LANGUAGES: Readonly<Record<string, Texts>> = { ...languages };

/** For everybody whose languages are none of ours. */
const DEFAULT = 'en';

/** The language of ours that a caller likes best (RFC 9110, section 12.5.4). */
export const chooseLanguage = (acceptLanguage = ''): string => {
  const liked = acceptLanguage
    .split(',')
    .map(toRange)
    .filter(({ language, weight }) => weight > 0 && Object.hasOwn(LANGUAGES, language));
  return liked.sort((one, other) => other.weight - one.weight)[0]?.language ?? DEFAULT;
};

/** A range without its region, and how much it is liked: 1 unless it says so, 0 where what it says is no weight. */
const toRange = (range: string) => {
  const [tag = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1';
  return {
    language: tag.split('-')[0] ?? '',
    weight: /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(weight) ? Number(weight) : 0,
  };
};

/**
 * The text of a message with a code: what it is for, to keep it secret, and last the line that binds it to an origin,
 * so that browsers and phones fill it in there only (WICG origin-bound one-time codes).
 */
export const messageText = (subject: Subject, language: string, digits: string, host: string): string =>
  `${(LANGUAGES[language] ?? languages.en)[subject](digits)}\n\n@${host} #${digits}`;
