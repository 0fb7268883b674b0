/** Milliseconds between two looks at the clock. */
const TICK_MS = 250;

type Countdown = { readonly untilMs: number; readonly show: (left: string) => void; readonly atEnd: () => void };

/** Counts down to times of the server, by the server's clock. */
export const createCountdowns = (now: () => number) => {
  const running = new Map<string, Countdown>();
  const tick = () => {
    for (const [name, { untilMs, show, atEnd }] of running) {
      const leftMs = untilMs - now();
      if (leftMs > 0) show(inWords(Math.max(1, Math.floor(leftMs / 1_000))));
      else {
        running.delete(name);
        atEnd();
      }
    }
  };
  setInterval(tick, TICK_MS);
  return {
    /** Shows the time that is left at each tick, and at last calls `atEnd`; in the place of a former one of that name. */
    start(name: string, until: string, show: Countdown['show'], atEnd: Countdown['atEnd']): void {
      running.set(name, { untilMs: Date.parse(until), show, atEnd });
      tick();
    },

    stop: (name: string): boolean => running.delete(name),
  };
};

export type Countdowns = ReturnType<typeof createCountdowns>;

const inWords = (seconds: number): string => {
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes}:${String(seconds % 60).padStart(2, '0')}`;
};
