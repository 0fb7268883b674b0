import type { Purpose } from '../domain/code.ts';
import * as languages from './texts/index.ts';

/** What a message with a code is about: a phone to verify, or what a code of the factor is for. */
type Subject = 'PHONE' | Purpose;

/** What the messages say in one language. */
export type Texts = { readonly [S in Subject]: (digits: string) => string };

/** The languages there are, by their ISO 639 codes. */
const LANGUAGES: Readonly<Record<string, Texts>> = { ...languages };

/** For everybody whose languages are none of ours, and the first among those that a caller likes alike. */
const DEFAULT = 'en';

/** A language, or `*` for any that is not named; how much it is liked, where nought is not at all; and its place. */
type Range = { readonly language: string; readonly weight: number; readonly place: number };

/** The language of ours that a caller likes best (RFC 9110, section 12.5.4). */
export const chooseLanguage = (acceptLanguage = ''): string => {
  const ranges = acceptLanguage.split(',').map(toRange).sort(byLiking);
  const rangeOf = (name: string) => ranges.find(({ language }) => language === name);
  const liked = Object.keys(LANGUAGES)
    .map((name) => ({ weight: 0, place: 0, ...(rangeOf(name) ?? rangeOf('*')), name }))
    .filter(({ weight }) => weight > 0)
    .sort((one, other) => byLiking(one, other) || Number(other.name === DEFAULT) - Number(one.name === DEFAULT));
  return liked[0]?.name ?? DEFAULT;
};

const byLiking = (one: Omit<Range, 'language'>, other: Omit<Range, 'language'>): number =>
  other.weight - one.weight || one.place - other.place;

/** A range without its region, which some clients part by `_`: liked by 1 unless it says so, by 0 where that is no weight. */
const toRange = (range: string, place: number): Range => {
  const [tag = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1';
  return {
    language: tag.split(/[-_]/)[0] ?? '',
    weight: /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(weight) ? Number(weight) : 0,
    place,
  };
};

/**
 * The text of a message with a code: what it is for, to keep it secret, and last the line that binds it to an origin,
 * so that browsers and phones fill it in there only (WICG origin-bound one-time codes).
 */
export const messageText = (subject: Subject, language: string, digits: string, host: string): string =>
  `${(LANGUAGES[language] ?? languages.en)[subject](digits)}\n\n@${host} #${digits}`;
