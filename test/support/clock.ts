import { afterEach, beforeEach, onTestFinished, vi } from 'vitest';

const Real = Date;

/** Sets the clock of this process forward or back; it goes on from there, and timers are left alone. */
const shiftBy = (milliseconds: number): void => {
  vi.stubGlobal(
    'Date',
    class extends Real {
      constructor(...values: unknown[]) {
        super(...((values.length > 0 ? values : [Real.now() + milliseconds]) as [number]));
      }
      static override now(): number {
        return Real.now() + milliseconds;
      }
    },
  );
};

/** Lets seconds go by, without waiting for them. */
export const passSeconds = (seconds: number): void => shiftBy(Date.now() - Real.now() + seconds * 1_000);

/** Goes to a moment; a test with one of its own shares no window of time with others. */
export const goTo = (time: string): void => shiftBy(Real.parse(time) - Real.now());

/** Back to the present. */
export const comeBack = (): void => {
  vi.unstubAllGlobals();
};

/** Gives every test of a file a day of its own, from a moment on: it shares no country's or service's window with others. */
export const giveDaysOfTheirOwn = (from: string): void => {
  let day = Real.parse(from);
  beforeEach(() => {
    day += 3 * 86_400_000;
    goTo(new Real(day).toISOString());
  });
  afterEach(comeBack);
};

/** Moves the date of this process on, until the test ends; it stands still there, while timers and sockets go on. */
export const later = (seconds: number): void => {
  vi.setSystemTime(Date.now() + seconds * 1000);
  onTestFinished(() => void vi.useRealTimers());
};
