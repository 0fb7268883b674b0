import { DomainError } from '../domain/errors.ts';
import type { Middleware } from './chain.ts';
import { refused } from './response.ts';

/** Answers every error with a google.rpc.Status; what is no refusal of ours is INTERNAL with a fixed text. */
export const errorToStatus = (): Middleware => ({
  onError(request) {
    const cause = request.error;
    const refusal = cause instanceof DomainError ? cause : new DomainError('INTERNAL', { cause });
    request.error = refusal;
    request.response = refused(refusal);
  },
});
