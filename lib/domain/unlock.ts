import { accept, type Decide, refuse } from './decision.ts';
import { standInOf } from './stepUp.ts';

/** Has a user's wrong codes forgotten, those of logins and those of verifications, which opens every lock they made. */
export const unlock: Decide<unknown> = ({ root }, _command, context) => {
  const allowedBy = standInOf(context);
  if (!allowedBy) return refuse('STEP_UP_REQUIRED');
  return root?.otpSmsFailedAttempts || root?.phoneFailedAttempts
    ? accept({ type: 'user.human.mfa.otp.sms.unlocked', allowedBy })
    : refuse('NOT_LOCKED');
};
