/** Why the rules refuse a command. What a client is told of each stands in the catalogue of errors. */
export type RefusalReason =
  | 'CHALLENGE_UNKNOWN'
  | 'NOT_LOCKED'
  | 'OTP_SMS_ADDED_TOO_OFTEN'
  | 'OTP_SMS_ALREADY_ADDED'
  | 'OTP_SMS_CODE_EXPIRED'
  | 'OTP_SMS_CODE_LENGTH'
  | 'OTP_SMS_CODE_NOT_PENDING'
  | 'OTP_SMS_CODE_WRONG'
  | 'OTP_SMS_LOCKED'
  | 'OTP_SMS_NOT_ADDED'
  | 'OTP_SMS_NOT_CHALLENGEABLE'
  | 'OTP_SMS_NOT_CHECKABLE'
  | 'PHONE_ALREADY_VERIFIED'
  | 'PHONE_CODE_INVALID'
  | 'PHONE_CODE_LENGTH'
  | 'PHONE_CODE_NOT_PENDING'
  | 'PHONE_INVALID'
  | 'PHONE_NOT_FOUND'
  | 'PHONE_NOT_SET'
  | 'PHONE_NOT_VERIFIED'
  | 'PHONE_UNCHANGED'
  | 'PHONE_VERIFICATION_LOCKED'
  | 'RESOURCE_OWNER_MISMATCH'
  | 'SMS_BUDGET_SPENT'
  | 'SMS_COUNTRY_NOT_ALLOWED'
  | 'SMS_TOO_SOON'
  | 'STEP_UP_REQUIRED'
  | 'USER_BEING_ERASED'
  | 'USER_NOT_FOUND'
  | 'USER_PHONE_CODE_INVALID'
  | 'USER_PHONE_CODE_LENGTH'
  | 'USER_PHONE_NOT_PENDING'
  | 'USER_PHONE_UNCHANGED';

/** What a refusal may say beyond its reason. */
export type RefusalDetails = {
  readonly metadata?: Readonly<Record<string, string>>;
  /** Seconds after which trying again makes sense. */
  readonly retryAfter?: number;
  /** The budget that is spent: for the log and the metrics, since callers are not to learn what others have spent. */
  readonly budget?: string;
};

/** A command that the rules refuse. */
export type Refusal = RefusalDetails & { readonly reason: RefusalReason };
