import { isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry';
import type { SdkError } from '@smithy/types';

/** Whether an error of the SDK may pass by itself: the network, a time-out, throttling, 5xx; others are ours to mend. */
export const passesByItself = (error: unknown): boolean => {
  const failure = error as SdkError;
  return (
    failure.name === 'AbortError' || isTransientError(failure) || isThrottlingError(failure) || isServerError(failure)
  );
};
