import { ApiError } from '../errors/errors.ts';
import type { Middleware } from './middleware.ts';
import { refused } from './response.ts';

/** What an error is to a client: the refusal that it is, or INTERNAL with a fixed text. */
export const toRefusal = (cause: unknown): ApiError =>
  cause instanceof ApiError ? cause : new ApiError('INTERNAL', { cause });

/** IdempotencyRecords every error with a google.rpc.Status. */
export const errorToStatus = (): Middleware => ({
  onError(request) {
    const refusal = toRefusal(request.error);
    request.error = refusal;
    request.response = refused(refusal);
  },
});
