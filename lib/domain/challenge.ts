import {
  attemptsRemaining,
  type Code,
  isLive,
  lengthOf,
  MAX_ATTEMPTS_PER_CODE,
  type OfChallenge,
  sameHash,
  type TypedCode,
} from './code.ts';
import { accept, type Context, type Decide, type Decision, refuse } from './decision.ts';
import type { Fact } from './events.ts';
import { FOR_GOOD, lockedUntil, withFailedAttempt } from './failedAttempts.ts';
import { otpSmsLockout, type Policy } from './policy.ts';
import { codeAdded, type HashedChallenge, refusalToSend } from './sending.ts';
import { reauthenticationOf } from './stepUp.ts';
import type { User } from './user.ts';

/** Sends a code to the number that was proven last; the former code is void, whatever it was for. */
export const challengeOtpSms: Decide<HashedChallenge | undefined> = (user, command, context) => {
  if (!user.otpSms || !command) return refuse('OTP_SMS_NOT_CHALLENGEABLE');
  const opened = unlockedByReauthentication(user, context);
  return (
    (opened.length > 0 ? undefined : locked(user, context)) ??
    refusalToSend('OTP_SMS', user, command, context) ??
    accept(...opened, challengeAdded(command, context))
  );
};

/** A lock that no time opens is opened by a re-authentication, where the deployment takes any. */
const unlockedByReauthentication = (user: User, context: Context): readonly Fact[] => {
  if (lockedUntil(user.root?.otpSmsFailedAttempts, context.now) !== FOR_GOOD) return [];
  const allowedBy = reauthenticationOf(user, context);
  return allowedBy ? [{ type: 'user.human.mfa.otp.sms.unlocked', allowedBy }] : [];
};

const challengeAdded = (command: HashedChallenge, context: Context): Fact => {
  const { hash, purpose, challengeHash } = command;
  const unlogged = { hash, challengeHash };
  return { type: 'user.human.mfa.otp.sms.code.added', ...codeAdded(command, context), purpose, unlogged };
};

/** Gives the pending challenge again to the caller who has its id; nothing is sent. */
export const resumeChallenge: Decide<OfChallenge> = (user, { challengeHash }, context) => {
  if (!user.otpSms) return refuse('OTP_SMS_NOT_CHALLENGEABLE');
  const code = pendingCode(user);
  const isGood = isLive(code, context) && belongsTo(code, challengeHash);
  return locked(user, context) ?? (isGood ? accept() : refuse('CHALLENGE_UNKNOWN'));
};

/** Tests a code of the factor; each wrong one is recorded by the same write that judges it. */
export const checkOtpSms: Decide<OfChallenge & TypedCode> = (user, command, context) => {
  const { hash, challengeHash } = command;
  const { root, otpSms } = user;
  if (!otpSms) return refuse('OTP_SMS_NOT_CHECKABLE');
  const closed = locked(user, context);
  if (closed) return closed;
  const otpSmsCode = pendingCode(user);
  if (!otpSmsCode) return refuse('OTP_SMS_CODE_NOT_PENDING');
  if (!belongsTo(otpSmsCode, challengeHash)) return refuse('CHALLENGE_UNKNOWN');
  if (!isLive(otpSmsCode, context)) return refuse('OTP_SMS_CODE_EXPIRED');
  if (hash === undefined) return refuse('OTP_SMS_CODE_LENGTH', lengthOf(otpSmsCode));
  const unlogged = { challengeHash };
  if (sameHash(hash, otpSmsCode.hash)) return accept({ type: 'user.human.mfa.otp.sms.check.succeeded', unlogged });
  const guesses = withFailedAttempt(root?.otpSmsFailedAttempts, otpSmsLockout(context.policy), context.now);
  const left = attemptsRemaining({ ...otpSmsCode, failedAttempts: otpSmsCode.failedAttempts + 1 }, guesses, context);
  return {
    ...refuse('OTP_SMS_CODE_WRONG', { metadata: { attemptsRemaining: String(left) } }),
    facts: [{ type: 'user.human.mfa.otp.sms.check.failed', ...guesses, unlogged }],
  };
};

/** Refuses while the factor is locked, whatever was answered before. */
export const refuseIfLocked: Decide<unknown> = (user, _command, context) => locked(user, context) ?? accept();

/** The code that waits, unless the factor has moved to another number since, or its tries are used up. */
const pendingCode = ({ root, otpSmsCode: code }: User): Code | undefined =>
  code && code.phone === root?.verifiedPhone && code.failedAttempts < MAX_ATTEMPTS_PER_CODE ? code : undefined;

const belongsTo = (code: Code, challengeHash: string): boolean => sameHash(challengeHash, code.challengeHash ?? '');

const locked = ({ root }: User, { now, policy }: Context): Decision | undefined => {
  const until = lockedUntil(root?.otpSmsFailedAttempts, now);
  if (until === undefined) return undefined;
  return refuse('OTP_SMS_LOCKED', {
    metadata: until === FOR_GOOD ? { opensBy: wayOutOf(policy) } : { lockedUntil: until },
  });
};

/** What opens a lock that no time opens; with step-up, verifying another phone takes the factor that is locked. */
const wayOutOf = ({ stepUp }: Policy): string => {
  if (stepUp === 'off') return 'PHONE_VERIFICATION';
  return stepUp.acrValues.length + stepUp.amrValues.length > 0 ? 'REAUTHENTICATION' : 'OPERATOR';
};
