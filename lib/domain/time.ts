/** The time some seconds after another, RFC 3339. */
export const secondsAfter = (time: Date | string, seconds: number): string =>
  new Date(new Date(time).getTime() + seconds * 1000).toISOString();

/** Whole seconds until a time, at least one: what a client is asked to wait (RFC 9110, `Retry-After`). */
export const secondsUntil = (time: string, now: Date): number =>
  Math.max(1, Math.ceil((new Date(time).getTime() - now.getTime()) / 1000));

/** Whether a time has come. */
export const isPast = (time: string, now: Date): boolean => new Date(time).getTime() <= now.getTime();
