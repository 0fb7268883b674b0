import { describe, expect, it } from 'vitest';
import { plainText } from '../../lib/domain/typedText.ts';

/** Every way of writing digits that this runtime knows, by the name of its script. */
const SCRIPTS = Intl.supportedValuesOf('numberingSystem')
  .map((script) => {
    const digits = new Intl.NumberFormat(`en-u-nu-${script}`, { useGrouping: false }).format(9876543210);
    return [script, digits] as const;
  })
  .filter(([, digits]) => /^\p{Nd}{10}$/u.test(digits));

describe('what somebody typed', () => {
  it.each(SCRIPTS)('has its digits of the script %s as 0 to 9', (_, digits) => {
    expect(plainText(digits)).toBe('9876543210');
  });

  it('knows many scripts', () => {
    expect(SCRIPTS.length).toBeGreaterThan(50);
  });

  it.each([
    ['blanks', ' 1\t2\n3\u00a04\u20095\u30006 '],
    ['marks of direction', '\u202a1\u202b2\u202c3\u200e4\u200f5\u20666\u2069'],
    ['what is not seen', '\ufeff1\u200b2\u200c3\u200d4\u00ad5\u20606\u3164'],
  ])('loses %s', (_, text) => {
    expect(plainText(text)).toBe('123456');
  });

  it('keeps everything else', () => {
    expect(plainText('+1-2.3/4(5)a²½Ⅷ①\u0000')).toBe('+1-2.3/4(5)a²½Ⅷ①\u0000');
  });
});
