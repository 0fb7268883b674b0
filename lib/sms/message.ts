import type { Purpose } from '../domain/code.ts';
import { de } from './texts/de.ts';
import { en } from './texts/en.ts';

/** What the messages say in one language. */
export type Texts = { readonly [P in Purpose]: (digits: string) => string };

/** The languages there are, by their ISO 639 codes; the first is for everybody else. */
export const LANGUAGES: Readonly<Record<string, Texts>> = { en, de };

const DEFAULT = 'en';

/** The language of ours that a caller likes best (RFC 9110, section 12.5.4). */
export const chooseLanguage = (acceptLanguage = ''): string => {
  const ranges = acceptLanguage.split(',').map((range) => {
    const [tag = '', ...parameters] = range.trim().split(/\s*;\s*/);
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    return { language: tag.split('-')[0]?.toLowerCase() ?? '', weight: Number(weight ?? 1) };
  });
  const liked = ranges.filter(({ language, weight }) => weight > 0 && Object.hasOwn(LANGUAGES, language));
  return liked.sort((one, other) => other.weight - one.weight)[0]?.language ?? DEFAULT;
};

/**
 * The text of a message with a code: what it is for, to keep it secret, and last the line that binds it to an origin,
 * so that browsers and phones fill it in there only (WICG origin-bound one-time codes).
 */
export const messageText = (purpose: Purpose, language: string, digits: string, host: string): string =>
  `${(LANGUAGES[language] ?? en)[purpose](digits)}\n\n@${host} #${digits}`;
