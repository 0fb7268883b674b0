import type { RefusalDetails, RefusalReason } from '../domain/refusal.ts';

/** The gRPC status codes this service answers with, by name (google.rpc.Code). */
export type Code =
  | 'INVALID_ARGUMENT'
  | 'DEADLINE_EXCEEDED'
  | 'NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'PERMISSION_DENIED'
  | 'RESOURCE_EXHAUSTED'
  | 'FAILED_PRECONDITION'
  | 'ABORTED'
  | 'UNIMPLEMENTED'
  | 'INTERNAL'
  | 'UNAVAILABLE'
  | 'UNAUTHENTICATED';

type Entry = {
  readonly code: Code;
  readonly id?: string;
  readonly text: string;
  readonly http?: number;
  /** What clients are told for the reason, where two operations refuse for the same one under ids of their own. */
  readonly reason?: string;
};

/** Every refusal there is: a reason of the closed union, its code, its id on the wire, and its public text. */
export const ERRORS = {
  AUTHORIZATION_MISSING: { code: 'UNAUTHENTICATED', text: 'auth header missing' },
  ACCESS_TOKEN_INVALID: {
    code: 'UNAUTHENTICATED',
    id: 'AUTH-7fs1e',
    text: 'The access token is not accepted: send one that is current and made for this service, as "Authorization: Bearer <token>"',
  },
  SIGNING_KEYS_UNAVAILABLE: {
    code: 'UNAVAILABLE',
    text: "The identity provider's signing keys cannot be fetched: try again",
  },
  SCOPE_MISSING: { code: 'PERMISSION_DENIED', text: 'The access token lacks the scope this service requires' },
  PERMISSION_DENIED: {
    code: 'PERMISSION_DENIED',
    text: 'The access token may not do this: it is for its own user, or needs a permission that lets it act for others',
  },
  RESOURCE_OWNER_MISMATCH: {
    code: 'PERMISSION_DENIED',
    text: 'The access token names another organisation than the one that owns the user',
  },
  BODY_INVALID: {
    code: 'INVALID_ARGUMENT',
    text: 'The body must be one whole message: a JSON object in UTF-8, or protobuf',
  },
  BODY_TOO_LARGE: { code: 'INVALID_ARGUMENT', text: 'The body is larger than any request of this service' },
  GRPC_UNSUPPORTED: {
    code: 'UNIMPLEMENTED',
    text: 'gRPC cannot pass API Gateway: use gRPC-Web (application/grpc-web+proto) or JSON',
  },
  METHOD_UNKNOWN: { code: 'UNIMPLEMENTED', text: 'This service has no such method' },
  OTP_SMS_ALREADY_ADDED: { code: 'ALREADY_EXISTS', id: 'COMMAND-Ad3g2', text: 'OTP SMS is already set up' },
  OTP_SMS_ADDED_TOO_OFTEN: {
    code: 'RESOURCE_EXHAUSTED',
    text: 'OTP SMS was added and removed too often: wait before you add it again',
  },
  PHONE_NOT_VERIFIED: {
    code: 'FAILED_PRECONDITION',
    id: 'COMMAND-Q54j2',
    text: 'OTP SMS needs a verified phone: set a phone and verify it first',
  },
  FIELD_INVALID: { code: 'INVALID_ARGUMENT', text: 'A field of the body is missing or not of the form: see its name' },
  PHONE_INVALID: {
    code: 'INVALID_ARGUMENT',
    id: 'PHONE-so0wa',
    text: 'The phone number is not possible: write it with its country code, like +41791234567',
  },
  PHONE_UNCHANGED: {
    code: 'FAILED_PRECONDITION',
    id: 'COMMAND-wF94r',
    text: 'This is the phone number already: if it is not verified yet, enter the code, or ask for another',
  },
  USER_PHONE_UNCHANGED: {
    code: 'FAILED_PRECONDITION',
    id: 'COMMAND-Uch5e',
    reason: 'PHONE_UNCHANGED',
    text: 'This is the phone number already',
  },
  USER_PHONE_NOT_PENDING: {
    code: 'FAILED_PRECONDITION',
    id: 'PHONE-5xrra88eq8',
    reason: 'PHONE_CODE_NOT_PENDING',
    text: 'No verification is pending: the phone is verified already, or none is set',
  },
  USER_PHONE_CODE_INVALID: {
    code: 'INVALID_ARGUMENT',
    id: 'COMMAND-eis9R',
    reason: 'PHONE_CODE_INVALID',
    text: 'The code is invalid: enter the latest one, or ask for another',
  },
  USER_PHONE_CODE_LENGTH: {
    code: 'INVALID_ARGUMENT',
    id: 'COMMAND-eis9R',
    reason: 'CODE_LENGTH',
    text: 'The code has another number of digits: enter all digits of the latest one',
  },
  PHONE_CODE_INVALID: {
    code: 'INVALID_ARGUMENT',
    id: 'COMMAND-sM0cs',
    text: 'The code is invalid: enter the latest one, or ask for another',
  },
  PHONE_CODE_LENGTH: {
    code: 'INVALID_ARGUMENT',
    id: 'COMMAND-sM0cs',
    reason: 'CODE_LENGTH',
    text: 'The code has another number of digits: enter all digits of the latest one',
  },
  PHONE_CODE_NOT_PENDING: {
    code: 'NOT_FOUND',
    id: 'COMMAND-Rsj8c',
    text: 'No verification is pending: the phone is verified already, or none is set',
  },
  PHONE_NOT_SET: { code: 'NOT_FOUND', id: 'COMMAND-2b7Hf', text: 'There is no phone to verify: set one first' },
  PHONE_ALREADY_VERIFIED: { code: 'FAILED_PRECONDITION', id: 'COMMAND-2M9sf', text: 'The phone is verified already' },
  PHONE_NOT_FOUND: { code: 'NOT_FOUND', id: 'COMMAND-p6rsc', text: 'There is no phone to remove' },
  OTP_SMS_NOT_ADDED: { code: 'NOT_FOUND', id: 'COMMAND-Sr3h3', text: 'OTP SMS is not set up' },
  OTP_SMS_NOT_CHALLENGEABLE: {
    code: 'FAILED_PRECONDITION',
    id: 'COMMAND-SFD52',
    text: 'OTP SMS is not set up: add it first',
  },
  OTP_SMS_NOT_CHECKABLE: {
    code: 'FAILED_PRECONDITION',
    id: 'COMMAND-d2r52',
    text: 'OTP SMS is not set up: add it first',
  },
  OTP_SMS_CODE_NOT_PENDING: {
    code: 'FAILED_PRECONDITION',
    id: 'COMMAND-S34gh',
    text: 'No code is pending: ask for one first',
  },
  CHALLENGE_UNKNOWN: {
    code: 'FAILED_PRECONDITION',
    id: 'COMMAND-S34gh',
    text: 'This is not the challenge that is pending: ask for another, without a challengeId',
  },
  OTP_SMS_CODE_EXPIRED: {
    code: 'FAILED_PRECONDITION',
    id: 'CODE-QvUQ4P',
    text: 'The code has expired: ask for another',
  },
  OTP_SMS_CODE_LENGTH: {
    code: 'INVALID_ARGUMENT',
    id: 'CODE-woT0xc',
    reason: 'CODE_LENGTH',
    text: 'The code has another number of digits: enter all digits of the latest one',
  },
  OTP_SMS_CODE_WRONG: { code: 'INVALID_ARGUMENT', id: 'CODE-woT0xc', text: 'The code is wrong' },
  OTP_SMS_LOCKED: {
    code: 'FAILED_PRECONDITION',
    id: 'COMMAND-S6h4R',
    text: 'OTP SMS is locked after too many wrong codes: wait until lockedUntil, or open it by what opensBy says',
  },
  NOT_LOCKED: {
    code: 'FAILED_PRECONDITION',
    text: 'There is nothing to unlock: no wrong codes of this user are counted',
  },
  PHONE_VERIFICATION_LOCKED: {
    code: 'RESOURCE_EXHAUSTED',
    text: 'There were too many wrong codes: wait until the time told, then ask for another code',
  },
  SMS_TOO_SOON: {
    code: 'RESOURCE_EXHAUSTED',
    text: 'It is too soon for another message: ask for it at the time told',
  },
  SMS_BUDGET_SPENT: { code: 'RESOURCE_EXHAUSTED', text: 'Too many messages were sent: try again later' },
  SMS_COUNTRY_NOT_ALLOWED: {
    code: 'FAILED_PRECONDITION',
    text: 'This service sends no messages to the country of the phone number: use another number',
  },
  SMS_COUNTRY_BLOCKED: {
    code: 'FAILED_PRECONDITION',
    text: 'Messages to this phone number or its country are blocked: use another number',
  },
  SMS_OPTED_OUT: {
    code: 'FAILED_PRECONDITION',
    text: 'This phone number has opted out of our messages: answer START to the last one, or use another number',
  },
  SMS_PRICE_TOO_HIGH: {
    code: 'FAILED_PRECONDITION',
    text: 'A message to this phone number costs more than this service pays: use another number',
  },
  SMS_NOT_DELIVERABLE: {
    code: 'FAILED_PRECONDITION',
    text: 'This phone number cannot receive messages: use a mobile number',
  },
  SMS_SPEND_LIMIT_REACHED: { code: 'UNAVAILABLE', text: 'No messages can be sent at the moment: try again later' },
  SMS_UNAVAILABLE: {
    code: 'UNAVAILABLE',
    text: 'The message may not have been sent: wait for it a moment, then ask for another',
  },
  CODE_KEY_UNAVAILABLE: { code: 'UNAVAILABLE', text: 'Codes cannot be made or checked at the moment: try again' },
  PROOF_KEY_UNAVAILABLE: { code: 'UNAVAILABLE', text: 'Proofs cannot be signed or checked at the moment: try again' },
  STEP_UP_REQUIRED: {
    code: 'UNAUTHENTICATED',
    text: 'This takes a fresh proof of the second factor: check a code, and send its proof as Step-Up-Proof',
  },
  IDEMPOTENCY_KEY_INVALID: {
    code: 'INVALID_ARGUMENT',
    text: 'Idempotency-Key must be a string of 1 to 255 printable characters, best in quotes',
  },
  IDEMPOTENCY_KEY_REUSED: {
    code: 'INVALID_ARGUMENT',
    text: 'This Idempotency-Key was used for another request: make a new one',
    http: 422,
  },
  USER_NOT_FOUND: { code: 'NOT_FOUND', id: 'COMMAND-bd4ir1mblj', text: 'There is no such user here' },
  USER_BEING_ERASED: {
    code: 'ABORTED',
    text: 'This user is being erased: erase again until the answer is NOT_FOUND; then the user can begin anew',
  },
  CONCURRENT_CHANGE: { code: 'ABORTED', text: 'Other changes of the same user kept coming first: try again' },
  STORAGE_UNAVAILABLE: { code: 'UNAVAILABLE', text: 'The service cannot reach its storage in time: try again' },
  DEADLINE_EXCEEDED: {
    code: 'DEADLINE_EXCEEDED',
    text: 'The time that you allowed is over: see whether it was done, or try again',
  },
  INTERNAL: { code: 'INTERNAL', text: 'Something went wrong on our side' },
} as const satisfies Readonly<Record<RefusalReason, Entry> & Record<string, Entry>>;

/** Why a request was refused; stable, unlike the text (AIP-193 `reason`). */
export type Reason = keyof typeof ERRORS;

/** What an error may say beyond its reason. */
export type ErrorDetails = RefusalDetails & {
  /** For the log only; never reaches a client. */
  readonly cause?: unknown;
};

/** A refusal with a public message; what led to it stays in `cause`. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly reason: Reason;
  /** The reason as clients are told it. */
  readonly toldReason: string;
  readonly code: Code;
  readonly id: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly retryAfter: number | undefined;
  /** The budget that is spent; never reaches a client. */
  readonly budget: string | undefined;
  /** HTTP status where it is not the one of the code. */
  readonly http: number | undefined;

  constructor(reason: Reason, { metadata = {}, retryAfter, budget, cause }: ErrorDetails = {}) {
    const entry: Entry = ERRORS[reason];
    super(entry.text, { cause });
    this.reason = reason;
    this.toldReason = entry.reason ?? reason;
    this.code = entry.code;
    this.id = entry.id;
    this.http = entry.http;
    this.metadata = metadata;
    this.retryAfter = retryAfter;
    this.budget = budget;
  }
}
