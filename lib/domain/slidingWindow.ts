/**
 * When something happened within a window of time that slides, the oldest first: milliseconds since 1970, which take a
 * third of the room of a text, since a root of up to 1 kB is written for one unit.
 */
export type Times = readonly number[];

/** The times after one more, without those that the window has left behind. */
export const withTime = (times: Times | undefined, time: string, windowSeconds: number): Times => {
  const added = new Date(time).getTime();
  return [...within(times, added, windowSeconds), added];
};

/** How often it happened within the window that ends now. */
export const countWithin = (times: Times | undefined, windowSeconds: number, now: Date): number =>
  within(times, now.getTime(), windowSeconds).length;

/** When it may happen again where only so many times are allowed in any window; `undefined` where it may now. */
export const allowedAt = (
  times: Times | undefined,
  most: number,
  windowSeconds: number,
  now: Date,
): string | undefined => {
  const leaving = within(times, now.getTime(), windowSeconds).at(-most);
  return leaving === undefined ? undefined : new Date(leaving + windowSeconds * 1000).toISOString();
};

const within = (times: Times = [], end: number, windowSeconds: number): Times =>
  times.filter((time) => time > end - windowSeconds * 1000);
