import { accept, type Decide, refuse } from './decision.ts';
import { requireStepUp } from './stepUp.ts';

/** Removes the factor; a code that was pending is void with it. */
export const removeOtpSms: Decide<unknown> = requireStepUp((user) =>
  user.otpSms ? accept({ type: 'user.human.mfa.otp.sms.removed' }) : refuse('OTP_SMS_NOT_ADDED'),
);
