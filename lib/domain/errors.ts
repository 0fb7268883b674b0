/** The gRPC status codes this service answers with, by name (google.rpc.Code). */
export type Code =
  | 'INVALID_ARGUMENT'
  | 'NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'PERMISSION_DENIED'
  | 'RESOURCE_EXHAUSTED'
  | 'FAILED_PRECONDITION'
  | 'ABORTED'
  | 'INTERNAL'
  | 'UNAVAILABLE'
  | 'UNAUTHENTICATED';

type Refusal = { readonly code: Code; readonly id?: string; readonly text: string };

/** Every refusal there is: a reason of the closed union, its code, its id on the wire, and its public text. */
export const REFUSALS = {
  AUTHORIZATION_MISSING: { code: 'UNAUTHENTICATED', text: 'auth header missing' },
  ACCESS_TOKEN_INVALID: {
    code: 'UNAUTHENTICATED',
    id: 'AUTH-7fs1e',
    text: 'The access token is invalid: sign in again and send it as "Authorization: Bearer <token>"',
  },
  SIGNING_KEYS_UNAVAILABLE: {
    code: 'UNAVAILABLE',
    text: "The identity provider's signing keys cannot be fetched: try again",
  },
  SCOPE_MISSING: { code: 'PERMISSION_DENIED', text: 'The access token lacks the scope this service requires' },
  RESOURCE_OWNER_MISMATCH: {
    code: 'PERMISSION_DENIED',
    text: 'The access token names another organisation than the one that owns the user',
  },
  BODY_INVALID: { code: 'INVALID_ARGUMENT', text: 'The body must be one JSON object, in UTF-8' },
  BODY_TOO_LARGE: { code: 'INVALID_ARGUMENT', text: 'The body is larger than any request of this service' },
  OTP_SMS_ALREADY_ADDED: { code: 'ALREADY_EXISTS', id: 'COMMAND-Ad3g2', text: 'OTP SMS is already set up' },
  PHONE_NOT_VERIFIED: {
    code: 'FAILED_PRECONDITION',
    id: 'COMMAND-Q54j2',
    text: 'OTP SMS needs a verified phone: set a phone and verify it first',
  },
  CONCURRENT_CHANGE: { code: 'ABORTED', text: 'Other changes of the same user kept coming first: try again' },
  STORAGE_UNAVAILABLE: { code: 'UNAVAILABLE', text: 'The service cannot reach its storage in time: try again' },
  INTERNAL: { code: 'INTERNAL', text: 'Something went wrong on our side' },
} as const satisfies Record<string, Refusal>;

/** Why a request was refused; stable, unlike the text (AIP-193 `reason`). */
export type Reason = keyof typeof REFUSALS;

type Details = {
  readonly metadata?: Readonly<Record<string, string>>;
  /** Seconds after which trying again makes sense (google.rpc.RetryInfo, `Retry-After`). */
  readonly retryAfter?: number;
  /** For the log only; never reaches a client. */
  readonly cause?: unknown;
};

/** A refusal with a public message; what led to it stays in `cause`. */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly reason: Reason;
  readonly code: Code;
  readonly id: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly retryAfter: number | undefined;

  constructor(reason: Reason, { metadata = {}, retryAfter, cause }: Details = {}) {
    const refusal: Refusal = REFUSALS[reason];
    super(refusal.text, { cause });
    this.reason = reason;
    this.code = refusal.code;
    this.id = refusal.id;
    this.metadata = metadata;
    this.retryAfter = retryAfter;
  }
}
