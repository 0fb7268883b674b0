import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from 'aws-lambda';
import { ApiError } from '../errors/errors.ts';

/** Milliseconds before the function's own time-out at which its work is given up. */
export const RESERVE_MS = 500;

/** Whole milliseconds that a function has for its work before its answer is due. */
export const ownTimeMs = (context: Pick<Context, 'getRemainingTimeInMillis'>): number =>
  Math.max(0, Math.floor(context.getRemainingTimeInMillis()) - RESERVE_MS);

/** Milliseconds in which the work then says what it waited for: storage, a key or a message. */
const GRACE_MS = 200;

/**
 * Never returns. Work whose signal has ended what it waited for ends by itself, with the refusal of what was late; this
 * is for work that does not, since it still gives something back to storage. Throws STORAGE_UNAVAILABLE.
 */
export const refuseAfterGrace = async (): Promise<never> => {
  await sleep(GRACE_MS);
  throw new ApiError('STORAGE_UNAVAILABLE', { retryAfter: 1 });
};
