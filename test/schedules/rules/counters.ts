import type { Call } from '../calls.ts';
import { type MakeRule, mapOf } from './rule.ts';

/** What a call takes from a counter of messages it gives back once at the most. */
export const givenBackOnce: MakeRule = ({ blame }) => {
  const taken = mapOf<Map<Call, number>>(() => new Map());
  return {
    changed(call, { key, before, after }) {
      if (!key.sk.startsWith('WINDOW#')) return;
      const ofCounter = taken.get(`${key.pk} ${key.sk}`);
      const isTaken = Number(after?.fullAt) > Number(before?.fullAt ?? 0);
      const left = (ofCounter.get(call) ?? 0) + (isTaken ? 1 : -1);
      ofCounter.set(call, left);
      if (left < 0) blame(`${call.name} gives back what it has not taken: ${key.pk.split('#', 3).join(' ')}`);
    },
  };
};
