import { Refusal } from './client.ts';

type Metadata = Refusal['metadata'];

/** What users are told, by the reason of a refusal. What is not here is told in the API's own words. */
const TEXTS: Readonly<Record<string, string | ((metadata: Metadata) => string)>> = {
  PHONE_INVALID: 'This is no phone number that exists. Begin with the country code, for instance +41 79 765 43 21.',
  PHONE_UNCHANGED: 'This is your number already.',
  PHONE_CODE_INVALID: ({ attemptsRemaining }) => wrongCode(attemptsRemaining),
  OTP_SMS_CODE_WRONG: ({ attemptsRemaining }) => wrongCode(attemptsRemaining),
  CODE_LENGTH: ({ codeLength }) => `The code has ${codeLength} digits. This did not count as an attempt.`,
  FIELD_INVALID: ({ field }) => (field === 'code' ? 'Enter all digits of the code.' : 'Something is missing here.'),
  PHONE_CODE_NOT_PENDING: 'This code is no longer needed: there is nothing to verify.',
  PHONE_ALREADY_VERIFIED: 'This number is verified already.',
  PHONE_NOT_VERIFIED: 'Verify your phone first.',
  OTP_SMS_ALREADY_ADDED: 'SMS codes are on already.',
  OTP_SMS_ADDED_TOO_OFTEN: 'You have turned SMS codes on and off too often. Try again in an hour.',
  OTP_SMS_NOT_ADDED: 'SMS codes are off already.',
  OTP_SMS_NOT_CHALLENGEABLE: 'Turn SMS codes on first.',
  OTP_SMS_NOT_CHECKABLE: 'Turn SMS codes on first.',
  OTP_SMS_CODE_NOT_PENDING: 'This code is no longer good. Ask for another.',
  CHALLENGE_UNKNOWN: 'A newer code was asked for elsewhere, or this one was used up. Ask for another.',
  OTP_SMS_CODE_EXPIRED: 'The code has expired. Ask for another.',
  OTP_SMS_LOCKED: ({ opensBy }) =>
    opensBy === undefined
      ? 'There were too many wrong codes. For your safety, SMS codes are locked for a while.'
      : (OPENED_BY[opensBy] ?? 'There were too many wrong codes. SMS codes are locked.'),
  PHONE_VERIFICATION_LOCKED: 'There were too many wrong codes. You can ask for another after a while.',
  SMS_TOO_SOON: 'A code was sent a moment ago. Wait a little before you ask for another.',
  SMS_BUDGET_SPENT: 'Too many codes were sent. Try again later; a code that you have is still good.',
  SMS_COUNTRY_NOT_ALLOWED: 'We send no messages to this country. Use another number.',
  SMS_COUNTRY_BLOCKED: 'Messages to this number are blocked. Use another number.',
  SMS_OPTED_OUT: 'This number has opted out of our messages. Answer START to the last one, or use another number.',
  SMS_PRICE_TOO_HIGH: 'A message to this number costs too much. Use another number.',
  SMS_NOT_DELIVERABLE: 'This number cannot receive messages. Use a mobile number.',
  SMS_SPEND_LIMIT_REACHED: 'No messages can be sent at the moment. Try again later.',
  SMS_UNAVAILABLE: 'The message may not have been sent. Wait a moment for it, then ask for another.',
  STEP_UP_REQUIRED: 'Confirm this with a code first.',
  ACCESS_TOKEN_INVALID: 'You were signed out. Sign in again.',
  CONCURRENT_CHANGE: 'Something else changed at the same time. Try again.',
};

/** Who can open a lock that no time opens. */
const OPENED_BY: Readonly<Record<string, string>> = {
  OPERATOR: 'There were too many wrong codes. Only our support can unlock SMS codes now.',
  REAUTHENTICATION: 'There were too many wrong codes. Sign in anew to unlock SMS codes.',
  PHONE_VERIFICATION: 'There were too many wrong codes. Verify another phone to unlock SMS codes.',
};

const wrongCode = (attemptsRemaining: string | undefined): string => {
  if (attemptsRemaining === undefined) return 'The code is no longer good. Ask for another.';
  if (attemptsRemaining === '0') return 'The code is wrong, and that was the last attempt. Ask for another.';
  return 'The code is wrong.';
};

/** What a user is told of an error. */
export const textOf = (error: unknown): string => {
  if (error instanceof TypeError) return 'There is no connection. Try again.'; // as fetch throws it
  if (!(error instanceof Refusal)) return String(error);
  const text = TEXTS[error.reason] ?? error.message;
  return typeof text === 'string' ? text : text(error.metadata);
};
