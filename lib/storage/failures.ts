import { isTransientError } from '../aws/isTransientError.ts';
import { ApiError } from '../errors/errors.ts';

/** Seconds a client is asked to wait when storage did not answer. */
const RETRY_AFTER_SECONDS = 1;

/** Reasons of a cancelled transaction that mean "another write came first": the decision is taken again. */
const LOST_RACE = new Set(['ConditionalCheckFailed', 'TransactionConflict']);

/** Reasons of a cancelled transaction that mean "too much at once". */
const THROTTLED = new Set(['ThrottlingError', 'ProvisionedThroughputExceeded', 'RequestLimitExceeded']);

type CancellationReason = { readonly Code?: string | undefined };

/**
 * The refusal for an error of the SDK: what may pass by itself (network, time-out, throttling, 5xx) is
 * STORAGE_UNAVAILABLE, everything else is a mistake of ours and INTERNAL.
 */
export const storageFailure = (error: unknown, reasons: readonly CancellationReason[] = []): ApiError => {
  return isTransientError(error) || isThrottled(reasons)
    ? new ApiError('STORAGE_UNAVAILABLE', { retryAfter: RETRY_AFTER_SECONDS, cause: error })
    : new ApiError('INTERNAL', { cause: error });
};

/** Whether a transaction was cancelled because there was too much at once. */
export const isThrottled = (reasons: readonly CancellationReason[]): boolean =>
  reasons.some(({ Code = 'None' }) => THROTTLED.has(Code));

/** Whether a transaction was cancelled only because another write came first. */
export const isLostRace = (reasons: readonly CancellationReason[]): boolean =>
  reasons.every(({ Code = 'None' }) => Code === 'None' || LOST_RACE.has(Code)) &&
  reasons.some(({ Code = 'None' }) => LOST_RACE.has(Code));
