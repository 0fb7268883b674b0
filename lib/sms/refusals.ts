import { ApiError, type Reason } from '../errors/errors.ts';

/** Why a message was not sent, or may not have been. */
export const SMS_REASONS = [
  'SMS_COUNTRY_BLOCKED',
  'SMS_OPTED_OUT',
  'SMS_PRICE_TOO_HIGH',
  'SMS_NOT_DELIVERABLE',
  'SMS_SPEND_LIMIT_REACHED',
  'SMS_UNAVAILABLE',
] as const satisfies readonly Reason[];

export type SmsReason = (typeof SMS_REASONS)[number];

/** Seconds a client is asked to wait, where waiting helps. */
const RETRY_AFTER_SECONDS: { readonly [R in SmsReason]?: number } = {
  SMS_SPEND_LIMIT_REACHED: 3_600,
  SMS_UNAVAILABLE: 30,
};

/** The refusal of a message, whichever way it was to go. */
export const smsRefusal = (reason: SmsReason, cause?: unknown): ApiError => {
  const retryAfter = RETRY_AFTER_SECONDS[reason];
  return new ApiError(reason, { cause, ...(retryAfter !== undefined && { retryAfter }) });
};
