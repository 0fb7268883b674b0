import { Code, ConnectError } from '@connectrpc/connect';
import { ApiError } from '../errors/errors.ts';

/**
 * What the work comes to, or a refusal when its time is up: DEADLINE_EXCEEDED for the time that the client gave,
 * STORAGE_UNAVAILABLE for the function's own.
 */
export const inTime = async <Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> => {
  // Listens before the work does, so that what the work makes of the end of its time does not come first.
  const end = new Promise<never>((_, reject) => {
    const refuse = () => reject(lateness(signal.reason));
    if (signal.aborted) refuse();
    else signal.addEventListener('abort', refuse, { once: true });
  });
  return Promise.race([end, signal.aborted ? end : work()]);
};

const lateness = (reason: unknown): ApiError =>
  reason instanceof ConnectError && reason.code === Code.DeadlineExceeded
    ? new ApiError('DEADLINE_EXCEEDED')
    : new ApiError('STORAGE_UNAVAILABLE', { retryAfter: 1 });
