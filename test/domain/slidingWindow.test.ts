import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allowedAt, countWithin, type Times, withTime } from '../../lib/domain/slidingWindow.ts';
import { NOW } from '../support/given.ts';

const moment = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1_000);

describe('times within a window that slides', () => {
  it('let never more happen than is allowed, in whatever window, and keep no more than happened in one', () => {
    const gaps = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 90 })), { maxLength: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), gaps, (most, waits) => {
        let [seconds, times] = [0, [] as Times];
        const happened: number[] = [];
        for (const wait of waits) {
          seconds += wait;
          if (allowedAt(times, most, 60, moment(seconds))) continue;
          times = withTime(times, moment(seconds).toISOString(), 60);
          happened.push(seconds);
          expect(times.length).toBeLessThanOrEqual(most);
        }
        for (const start of happened) {
          expect(happened.filter((time) => time >= start && time < start + 60).length).toBeLessThanOrEqual(most);
        }
      }),
    );
  });

  it('tell when there is room, to the millisecond', () => {
    const times = [0, 10, 20].reduce<Times>((all, each) => withTime(all, moment(each).toISOString(), 60), []);
    expect(allowedAt(times, 3, 60, moment(59.999))).toBe(moment(60).toISOString());
    expect(allowedAt(times, 3, 60, moment(60))).toBeUndefined();
    expect(allowedAt(times, 2, 60, moment(60))).toBe(moment(70).toISOString());
    expect(allowedAt(undefined, 1, 60, NOW)).toBeUndefined();
    expect(countWithin(times, 60, moment(60))).toBe(2);
    expect(countWithin(undefined, 60, NOW)).toBe(0);
  });
});
