import { accept, type Decide, refuse } from './decision.ts';
import { ADDITIONS } from './policy.ts';
import { allowedAt } from './slidingWindow.ts';
import { secondsUntil } from './time.ts';

/**
 * Enrols the OTP-SMS factor of a user with a verified phone; a duplicate is told before a missing phone, and both before
 * that it was added too often.
 */
export const addOtpSms: Decide<unknown> = (user, _command, { now }) => {
  if (user.otpSms) return refuse('OTP_SMS_ALREADY_ADDED');
  if (!user.root?.verifiedPhone) return refuse('PHONE_NOT_VERIFIED');
  const next = allowedAt(user.root.otpSmsAdditions, ADDITIONS.most, ADDITIONS.windowSeconds, now);
  if (next) return refuse('OTP_SMS_ADDED_TOO_OFTEN', { retryAfter: secondsUntil(next, now) });
  return accept({ type: 'user.human.mfa.otp.sms.added' });
};
