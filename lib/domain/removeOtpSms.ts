import { accept, type Decide, refuse } from './decision.ts';
import { withAuthority } from './stepUp.ts';

/** Removes the factor; a code that was pending is void with it. */
export const removeOtpSms: Decide<unknown> = (user, _command, context) =>
  user.otpSms
    ? withAuthority(user, context, (allowed) => accept({ type: 'user.human.mfa.otp.sms.removed', ...allowed }))
    : refuse('OTP_SMS_NOT_ADDED');
