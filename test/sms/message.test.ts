import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { chooseLanguage, messageText } from '../../lib/sms/message.ts';
import * as languages from '../../lib/sms/texts/index.ts';
import { ONE_SEGMENT, septets } from '../support/gsm7.ts';

const SUBJECTS = ['PHONE', 'LOGIN', 'STEP_UP'] as const;
type Subject = (typeof SUBJECTS)[number];

/** As long as a host may be. */
const HOST = 'w'.repeat(40);

const EVERY = Object.keys(languages).flatMap((language) => SUBJECTS.map((subject) => [language, subject] as const));

/** What a reader must learn: what the code is for, and to keep it to themselves. */
const SAYS: Record<string, Record<Subject | 'secret', RegExp>> = {
  en: {
    PHONE: /verify this phone/,
    LOGIN: /to sign in/,
    STEP_UP: /to change your security settings/,
    secret: /Keep it secret/,
  },
  de: {
    PHONE: /Telefonnummer zu bestätigen/,
    LOGIN: /Anmeldung/,
    STEP_UP: /Sicherheitseinstellungen zu ändern/,
    secret: /an niemanden weiter/,
  },
};

describe('septets', () => {
  it.each([
    ['', 0],
    ['@example #1\n', 12],
    ['äöüÄÖÜß', 7],
    ['€[]', 6],
    ['ç', Number.POSITIVE_INFINITY],
    ['“', Number.POSITIVE_INFINITY],
    ['😀', Number.POSITIVE_INFINITY],
  ])('of %j', (text, count) => {
    expect(septets(text)).toBe(count);
  });
});

describe('the text of a message', () => {
  it.each(EVERY)('in %s for %s is one segment with the longest code and host', (language, subject) => {
    expect(septets(messageText(subject, language, '8888888888', HOST))).toBeLessThanOrEqual(ONE_SEGMENT);
  });

  it.each(EVERY)(
    'in %s for %s says what it is for, to keep it secret, and ends with the origin',
    (language, subject) => {
      const lines = messageText(subject, language, '012345', 'example.com').split('\n');

      expect(lines).toHaveLength(3);
      expect(lines[0]).toMatch(/^012345 /);
      expect(lines[0]).toMatch(SAYS[language]?.[subject] ?? /a new language says so here/);
      expect(lines[0]).toMatch(SAYS[language]?.secret ?? /a new language says so here/);
      expect(lines.slice(1)).toEqual(['', '@example.com #012345']);
    },
  );

  it('differs from one subject and one language to the other', () => {
    expect(new Set(EVERY.map(([language, subject]) => messageText(subject, language, '1', 'h'))).size).toBe(
      EVERY.length,
    );
  });

  it('is English in a language that nobody speaks', () => {
    expect(messageText('PHONE', 'xx', '1', 'h')).toBe(messageText('PHONE', 'en', '1', 'h'));
  });

  it('is there in every language that has a file', async () => {
    const files = await readdir(new URL('../../lib/sms/texts', import.meta.url));
    expect(files.sort()).toEqual([...Object.keys(languages), 'index'].sort().map((name) => `${name}.ts`));
  });
});

describe('the language of a caller (`qaa` and `qab` are nobody’s: ISO 639-2)', () => {
  it.each([
    [undefined, 'en'],
    ['', 'en'],
    ['de', 'de'],
    ['DE-ch', 'de'],
    ['de-Latn-CH-1996', 'de'],
    ['en-GB, de', 'en'],
    ['en;q=0.5, de;q=0.9', 'de'],
    ['en;q=0.8,de;Q=0.9', 'de'],
    ['en ; q=0.1 , de ; q=0.2', 'de'],
    ['qaa-CH, qaa;q=0.9, de;q=0.2', 'de'],
    ['de;q=0', 'en'],
    ['de;q=0.000, en;q=0.001', 'en'],
    ['qaa, qab;q=0.5', 'en'],
    ['*', 'en'],
    ['*, de;q=0.5', 'en'],
    ['*;q=0.5, de', 'de'],
    ['de;q=0, *', 'en'],
    ['en;q=0, *', 'de'],
    ['en;q=0, *;q=0.1', 'de'],
    ['en;q=0', 'en'],
    ['*;q=0', 'en'],
    ['qaa, *;q=0.5', 'en'],
    ['de_DE', 'de'],
    ['de_DE.UTF-8', 'de'],
    ['qaa_CH, de_CH;q=0.9, en;q=0.8', 'de'],
    ['de-CH;q=0, de', 'de'],
    ['en; q=0.1, de; q=0.9', 'de'],
    ['de;level=1;q=0.5, en;q=0.4', 'de'],
    ['de;q=2, en;q=0.1', 'en'],
    ['de;q=, en;q=0.1', 'en'],
    ['en-GB, de-CH', 'en'],
    ['de-AT;q=0.3, en;q=0.5, de;q=0.9', 'de'],
    ['de;q=NaN', 'en'],
    ['de;q=-1', 'en'],
    ['constructor, __proto__, toString', 'en'],
    [',;,=;q,;;', 'en'],
    ['deutsch', 'en'],
    ['\u0000\ud800ä', 'en'],
    [`de${' '.repeat(20_000)};${' '.repeat(20_000)}x`, 'de'],
    [`${'xx,'.repeat(5_000)}de`, 'de'],
  ])('that says %j is %s', (header, language) => {
    expect(chooseLanguage(header)).toBe(language);
  });
});
