import type { ApiError, Code } from './errors.ts';

/** google.rpc.Code numbers and the HTTP status each is answered with (google/rpc/code.proto; 9 is 400, not 412). */
const CODES: Record<Code, { readonly number: number; readonly http: number }> = {
  INVALID_ARGUMENT: { number: 3, http: 400 },
  DEADLINE_EXCEEDED: { number: 4, http: 504 },
  NOT_FOUND: { number: 5, http: 404 },
  ALREADY_EXISTS: { number: 6, http: 409 },
  PERMISSION_DENIED: { number: 7, http: 403 },
  RESOURCE_EXHAUSTED: { number: 8, http: 429 },
  FAILED_PRECONDITION: { number: 9, http: 400 },
  ABORTED: { number: 10, http: 409 },
  UNIMPLEMENTED: { number: 12, http: 501 },
  INTERNAL: { number: 13, http: 500 },
  UNAVAILABLE: { number: 14, http: 503 },
  UNAUTHENTICATED: { number: 16, http: 401 },
};

/** `domain` of every ErrorInfo of this service (AIP-193). */
const DOMAIN = 'otp-sms-factor';

/** The HTTP status of a refusal. */
export const httpStatus = ({ code, http }: ApiError): number => http ?? CODES[code].http;

/** A refusal as google.rpc.Status in JSON, with ErrorDetail as ZITADEL sends it, ErrorInfo and RetryInfo. */
export const toStatus = ({ code, id, message, toldReason, metadata, retryAfter }: ApiError) => ({
  code: CODES[code].number,
  message: id ? `${message} (${id})` : message,
  details: [
    ...(id ? [{ '@type': 'type.googleapis.com/zitadel.v1.ErrorDetail', id, message }] : []),
    { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: toldReason, domain: DOMAIN, metadata },
    ...(retryAfter === undefined
      ? []
      : [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${retryAfter}s` }]),
  ],
});
