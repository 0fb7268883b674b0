import { isTransientError as isNetworkError, isServerError, isThrottlingError } from '@smithy/core/retry';
import type { SdkError } from '@smithy/types';

/** Whether an error of the SDK may pass by itself: the network, a time-out, throttling, 5xx. Others are ours to mend. */
export const isTransientError = (error: unknown): boolean => {
  const failure = error as SdkError;
  return (
    failure.name === 'AbortError' || isNetworkError(failure) || isThrottlingError(failure) || isServerError(failure)
  );
};
