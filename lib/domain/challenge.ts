import { attemptsRemaining, isLive, MAX_ATTEMPTS_PER_CODE, sameHash } from './code.ts';
import { accept, type Context, type Decide, type Decision, refuse } from './decision.ts';
import { FOR_GOOD, lockedUntil, withFailedAttempt } from './failedAttempts.ts';
import { otpSmsLockout } from './policy.ts';
import { codeAdded, type HashedCode, refusalToSend } from './sending.ts';
import type { User } from './user.ts';

/** Sends a login code to the number that was proven last; the former code is void. */
export const challengeOtpSms: Decide<HashedCode | undefined> = (user, command, context) => {
  if (!user.otpSms || !command) return refuse('OTP_SMS_NOT_CHALLENGEABLE');
  return (
    locked(user, context) ??
    refusalToSend('OTP_SMS', user, command, context) ??
    accept({ type: 'user.human.mfa.otp.sms.code.added', ...codeAdded(command, context) })
  );
};

/** Tests a login code; each wrong one is recorded by the same write that judges it. */
export const checkOtpSms: Decide<{ readonly hash: string }> = (user, { hash }, context) => {
  const { root, otpSms, otpSmsCode } = user;
  if (!otpSms) return refuse('OTP_SMS_NOT_CHECKABLE');
  const closed = locked(user, context);
  if (closed) return closed;
  const moved = otpSmsCode?.phone !== root?.verifiedPhone;
  if (!otpSmsCode || moved || otpSmsCode.failedAttempts >= MAX_ATTEMPTS_PER_CODE)
    return refuse('OTP_SMS_CODE_NOT_PENDING');
  if (!isLive(otpSmsCode, context)) return refuse('OTP_SMS_CODE_EXPIRED');
  if (sameHash(hash, otpSmsCode.hash)) return accept({ type: 'user.human.mfa.otp.sms.check.succeeded' });
  const guesses = withFailedAttempt(root?.otpSmsFailedAttempts, otpSmsLockout(context.policy), context.now);
  const left = attemptsRemaining({ ...otpSmsCode, failedAttempts: otpSmsCode.failedAttempts + 1 }, guesses, context);
  return {
    ...refuse('OTP_SMS_CODE_WRONG', { metadata: { attemptsRemaining: String(left) } }),
    facts: [{ type: 'user.human.mfa.otp.sms.check.failed', ...guesses }],
  };
};

const locked = ({ root }: User, { now }: Context): Decision | undefined => {
  const until = lockedUntil(root?.otpSmsFailedAttempts, now);
  if (until === undefined) return undefined;
  return refuse('OTP_SMS_LOCKED', {
    metadata: until === FOR_GOOD ? { opensBy: 'PHONE_VERIFICATION' } : { lockedUntil: until },
  });
};
