import { describe, expect, it } from 'vitest';
import type { Counter } from '../../lib/storage/counter.ts';
import { limitKey } from '../../lib/storage/keys.ts';
import { createSpentCounters } from '../../lib/storage/spentCounters.ts';

const counter = (subject: string, windowSeconds = 60): Counter => ({
  key: limitKey('PHONE', 'NUMBER', subject, windowSeconds),
  budget: { messages: 1, windowSeconds },
});

describe('a counter that was found spent', () => {
  it('is remembered for ten seconds, or until it opens, and by its own key', () => {
    const spent = createSpentCounters();
    spent.remember(counter('a'), 60_000, 1_000);
    spent.remember(counter('b'), 4_000, 1_000);

    expect([999, 1_000, 10_999, 11_000].map((now) => spent.opensAtMs(counter('a'), now))).toEqual([
      undefined,
      60_000,
      60_000,
      undefined,
    ]);
    expect([3_999, 4_000].map((now) => spent.opensAtMs(counter('b'), now))).toEqual([4_000, undefined]);
    expect(spent.opensAtMs(counter('c'), 2_000)).toBeUndefined();
    expect(spent.opensAtMs(counter('a', 3_600), 2_000)).toBeUndefined();
  });

  it('is forgotten when something is given back to it', () => {
    const spent = createSpentCounters();
    spent.remember(counter('a'), 60_000, 1_000);
    spent.remember(counter('b'), 60_000, 1_000);
    spent.forget(counter('a'));
    expect(spent.opensAtMs(counter('a'), 2_000)).toBeUndefined();
    expect(spent.opensAtMs(counter('b'), 2_000)).toBe(60_000);
  });

  it('takes no more room than a thousand of them do', () => {
    const spent = createSpentCounters();
    for (let count = 0; count < 1_000; count++) spent.remember(counter(String(count)), 60_000, 1_000);
    expect(spent.opensAtMs(counter('0'), 2_000)).toBe(60_000);
    spent.remember(counter('last'), 60_000, 1_000);
    expect(spent.opensAtMs(counter('0'), 2_000)).toBeUndefined();
    expect(spent.opensAtMs(counter('last'), 2_000)).toBe(60_000);
  });
});
