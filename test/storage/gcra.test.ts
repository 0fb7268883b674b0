import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Budget, latestToPass, paceOf, passesAtMs } from '../../lib/storage/gcra.ts';

/** The times at which messages pass of those that are asked for, by a counter that shows one time. */
const passing = (budget: Budget, asked: readonly number[]): readonly number[] => {
  const pace = paceOf(budget);
  let fullAt = 0;
  return asked.filter((now) => {
    if (Math.max(fullAt, now) > latestToPass(pace, now)) return false;
    fullAt = Math.max(fullAt, now) + pace.intervalMs;
    return true;
  });
};

/** The most messages in any window: it is enough to look at those that begin with a message. */
const mostInAWindow = (times: readonly number[], windowMs: number): number =>
  Math.max(0, ...times.map((start) => times.filter((time) => time >= start && time < start + windowMs).length));

const BUDGETS = fc.record({
  messages: fc.integer({ min: 1, max: 40 }),
  windowSeconds: fc.constantFrom(1, 7, 3_600, 86_400),
});

/** Gaps between requests that are short or long for the window, and often none. */
const ASKED = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1.2, noNaN: true })), { maxLength: 200 });

const timesOf = (gaps: readonly number[], { windowSeconds, messages }: Budget): readonly number[] => {
  let now = Date.parse('2026-01-01T00:00:00Z');
  return gaps.map((gap) => {
    now += Math.floor((gap * windowSeconds * 1000) / Math.max(1, messages / 4));
    return now;
  });
};

describe('a budget that is kept by one time', () => {
  it('lets never more pass than it holds, in whatever window', () => {
    fc.assert(
      fc.property(BUDGETS, ASKED, (budget, gaps) => {
        const times = passing(budget, timesOf(gaps, budget));
        expect(mostInAWindow(times, budget.windowSeconds * 1000)).toBeLessThanOrEqual(budget.messages);
      }),
      { numRuns: 500 },
    );
  });

  it.each([1, 2, 3, 10, 30, 1_000])(
    'of %i gives half of them at once, and the other half within a window',
    (messages) => {
      const budget = { messages, windowSeconds: 86_400 };
      const once = passing(budget, Array<number>(messages + 1).fill(1));
      expect(once).toHaveLength(Math.ceil(messages / 2));

      const everySecond = Array.from({ length: 86_400 }, (_, second) => second * 1_000);
      expect(passing(budget, everySecond).length).toBeGreaterThanOrEqual(messages - 1);
      expect(passing(budget, everySecond).length).toBeLessThanOrEqual(messages);
    },
  );

  it('tells when the next message passes', () => {
    const pace = paceOf({ messages: 10, windowSeconds: 3_600 });
    const fullAt = 5 * pace.intervalMs;
    expect(passesAtMs(pace, fullAt)).toBe(720_000);
    expect(latestToPass(pace, 720_000)).toBe(fullAt);
  });
});
