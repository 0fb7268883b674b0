import { describe, expect, it, vi } from 'vitest';
import { drawDigits } from '../../lib/codes/digits.ts';
import { startIssuer } from '../support/api.ts';
import { peopleOf } from '../support/people.ts';

const DRAWS = 10 ** 6;

/** Quantiles of the chi-square distribution that chance passes once in some 10^10 runs, by degrees of freedom. */
const CRITICAL = { 9: 66, 99: 225 } as const;

const chiSquare = (counts: readonly number[]): number => {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
};

const zeros = (length: number): number[] => Array<number>(length).fill(0);

describe.each([6, 7, 8])('a million codes of %i digits', (length) => {
  const digits = Array.from({ length }, () => zeros(10));
  const pairs = Array.from({ length: length - 1 }, () => zeros(100));
  const lengths = new Map<number, number>();
  for (let draw = 0; draw < DRAWS; draw++) {
    const code = drawDigits(length);
    lengths.set(code.length, (lengths.get(code.length) ?? 0) + 1);
    for (let place = 0; place < code.length; place++) {
      const digit = code.charCodeAt(place) - 48;
      const counts = digits[place] ?? [];
      counts[digit] = (counts[digit] ?? Number.NaN) + 1;
      const after = place > 0 ? pairs[place - 1] : undefined;
      const pair = (code.charCodeAt(place - 1) - 48) * 10 + digit;
      if (after) after[pair] = (after[pair] ?? Number.NaN) + 1;
    }
  }

  it('are all as long, leading zeros included', () => {
    expect([...lengths]).toEqual([[length, DRAWS]]);
    expect(digits[0]?.[0]).toBeGreaterThan(DRAWS / 11);
  });

  it('have every digit at every place, none more often than the others', () => {
    for (const counts of digits) {
      expect(counts).toHaveLength(10);
      expect(Math.min(...counts)).toBeGreaterThan(0);
      expect(chiSquare(counts)).toBeLessThan(CRITICAL[9]);
    }
  });

  it('are drawn by nothing that a program can foresee', () => {
    const random = vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const codes = new Set(Array.from({ length: 20 }, () => drawDigits(length)));
    expect(random).not.toHaveBeenCalled();
    random.mockRestore();
    expect(codes.size).toBeGreaterThan(10);
  });

  it('have digits that do not depend on the one before', () => {
    for (const counts of pairs) expect(chiSquare(counts)).toBeLessThan(CRITICAL[99]);
  });
});

describe('a code that is sent', () => {
  it.each(['6', '7', '8'])('has %s digits where that is configured, to sign in and for a phone', async (digits) => {
    const issuer = await startIssuer();
    const user = await peopleOf(issuer, { OTP_SMS_DIGITS: digits })();

    await user.set();
    expect(user.code()).toMatch(new RegExp(`^\\d{${digits}}$`));
    await user.verify();
    await user.call('add');
    await user.challenge();

    expect(user.code()).toMatch(new RegExp(`^\\d{${digits}}$`));
    expect((await user.check()).status).toBe(200);
  });
});
