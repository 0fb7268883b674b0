import { accept, type Decide, refuse } from './decision.ts';

/** Removes the factor; a code that was pending is void with it. */
export const removeOtpSms: Decide<unknown> = (user) =>
  user.otpSms ? accept({ type: 'user.human.mfa.otp.sms.removed' }) : refuse('OTP_SMS_NOT_ADDED');
