import { accept, type Decide, refuse } from './decision.ts';

/** Enrols the OTP-SMS factor of a user with a verified phone; a duplicate is told before a missing phone. */
export const addOtpSms: Decide<unknown> = (user) => {
  if (user.otpSms) return refuse('OTP_SMS_ALREADY_ADDED');
  if (!user.root?.verifiedPhone) return refuse('PHONE_NOT_VERIFIED');
  return accept({ type: 'user.human.mfa.otp.sms.added' });
};
