import { accept, type Decide, refuse } from './decision.ts';
import { weakening } from './stepUp.ts';

/** Removes the factor; a code that was pending is void with it. */
export const removeOtpSms: Decide<unknown> = weakening((user) =>
  user.otpSms ? accept({ type: 'user.human.mfa.otp.sms.removed' }) : refuse('OTP_SMS_NOT_ADDED'),
);
