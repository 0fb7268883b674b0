import { afterEach, vi } from 'vitest';

afterEach(() => {
  vi.useRealTimers();
});

/** Moves the date of this process on, until the test ends; it stands still there, while timers and sockets go on. */
export const later = (seconds: number): void => {
  vi.setSystemTime(Date.now() + seconds * 1000);
};
