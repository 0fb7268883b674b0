import type { Counter } from './counter.ts';

/** Milliseconds for which a spent counter is remembered; a give-back of another process stays unseen as long. */
const MEMORY_MS = 10_000;

/** Counters that are remembered at the most. */
const MAX_REMEMBERED = 1_000;

/**
 * The counters that this process has found spent. Who asks again within seconds costs no look at them, be it under another
 * account, or as a user of whom nothing is stored that could remember it.
 */
export const createSpentCounters = () => {
  const spent = new Map<string, { readonly opensAtMs: number; readonly foundAtMs: number }>();
  return {
    /** When a counter opens that was found spent a moment ago. */
    opensAtMs(counter: Counter, nowMs: number): number | undefined {
      const { opensAtMs, foundAtMs } = spent.get(nameOf(counter)) ?? { opensAtMs: 0, foundAtMs: 0 };
      return foundAtMs <= nowMs && nowMs < Math.min(opensAtMs, foundAtMs + MEMORY_MS) ? opensAtMs : undefined;
    },

    /** Remembers a counter that was found spent. */
    remember(counter: Counter, opensAtMs: number, foundAtMs: number): void {
      if (spent.size >= MAX_REMEMBERED) spent.clear();
      spent.set(nameOf(counter), { opensAtMs, foundAtMs });
    },

    /** Forgets a counter, to which something was given back. */
    forget(counter: Counter): void {
      spent.delete(nameOf(counter));
    },
  };
};

const nameOf = ({ key }: Counter): string => `${key.pk} ${key.sk}`;
