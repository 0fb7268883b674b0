import { attemptsRemaining, isLive, lengthOf, sameHash, type TypedCode } from './code.ts';
import { accept, type Context, type Decide, type Decision, refuse } from './decision.ts';
import { lockedUntil, withFailedAttempt } from './failedAttempts.ts';
import type { PhoneNumber } from './phoneNumber.ts';
import { PHONE_LOCKOUT, sendsTo } from './policy.ts';
import { codeAdded, type HashedVerification, refusalToSend } from './sending.ts';
import { requireStepUp } from './stepUp.ts';
import { secondsUntil } from './time.ts';
import { phoneOf, type User } from './user.ts';

/** Sets the phone and sends a code to it; the factor stays with the number that was proven last. */
export const setPhone: Decide<HashedVerification | undefined> = requireStepUp((user, command, context) => {
  if (command === undefined) return refuse('PHONE_INVALID');
  if (user.root?.phone === command.phone) return refuse('PHONE_UNCHANGED');
  return (
    refusalToSendVerification(user, command, context) ??
    accept({ type: 'user.human.phone.changed', ...numberOf(command) }, sent(command, context))
  );
});

/** Sends another code to the phone that was set; the former code is void. */
export const resendPhoneVerification: Decide<HashedVerification | undefined> = (user, command, context) => {
  if (command === undefined) return refuse('PHONE_NOT_SET');
  if (user.root?.phoneVerified) return refuse('PHONE_ALREADY_VERIFIED');
  return refusalToSendVerification(user, command, context) ?? accept(sent(command, context));
};

/**
 * Proves the phone with the code sent to it; a wrong, expired, used or void code is refused all alike. Only a wrong one
 * that was judged tells how many attempts are left.
 */
export const verifyPhone: Decide<TypedCode> = (user, { hash }, context) => {
  const { root, phoneCode } = user;
  const number = phoneOf(user);
  if (!root || !number || root.phoneVerified || !phoneCode) return refuse('PHONE_CODE_NOT_PENDING');
  const locked = verificationLocked(user, context);
  if (locked) return locked;
  if (!isLive(phoneCode, context)) return refuse('PHONE_CODE_INVALID');
  if (hash === undefined) return refuse('PHONE_CODE_LENGTH', lengthOf(phoneCode));
  if (sameHash(hash, phoneCode.hash)) return accept({ type: 'user.human.phone.verified', ...number });
  const guesses = withFailedAttempt(root.phoneFailedAttempts, PHONE_LOCKOUT, context.now);
  const after = { ...phoneCode, failedAttempts: phoneCode.failedAttempts + 1 };
  const left = attemptsRemaining(after, guesses, context, PHONE_LOCKOUT);
  return {
    ...refuse('PHONE_CODE_INVALID', { metadata: { attemptsRemaining: String(left) } }),
    facts: [{ type: 'user.human.phone.verification.failed', ...guesses }],
  };
};

/** Refuses while verification is locked, whatever was answered before. */
export const refuseIfVerificationLocked: Decide<unknown> = ({ root }, _command, { now }) =>
  lockedUntil(root?.phoneFailedAttempts, now) ? refuse('PHONE_CODE_INVALID') : accept();

/** Removes the phone, and the factor with it. */
export const removePhone: Decide<unknown> = requireStepUp((user) => {
  if (user.root?.phone === undefined) return refuse('PHONE_NOT_FOUND');
  return user.otpSms
    ? accept({ type: 'user.human.mfa.otp.sms.removed' }, { type: 'user.human.phone.removed' })
    : accept({ type: 'user.human.phone.removed' });
});

/**
 * Takes over the phone that the identity provider has verified, for a user who never had one here; not one that no
 * message may go to, which would make a factor that cannot be used.
 */
export const adoptPhone: Decide<unknown> = (user, _command, { claimedPhone, policy }) =>
  user.root || claimedPhone === undefined || !sendsTo(claimedPhone, policy)
    ? accept()
    : accept(
        { type: 'user.human.phone.changed', ...claimedPhone },
        { type: 'user.human.phone.verified', ...claimedPhone },
      );

const numberOf = ({ phone, country }: PhoneNumber): PhoneNumber => ({
  phone,
  ...(country !== undefined && { country }),
});

const sent = (command: HashedVerification, context: Context) =>
  ({
    type: 'user.human.phone.code.added',
    ...codeAdded(command, context),
    unlogged: { hash: command.hash, salt: command.salt },
  }) as const;

const verificationLocked = ({ root }: User, { now }: Context): Decision | undefined => {
  const until = lockedUntil(root?.phoneFailedAttempts, now);
  if (until === undefined) return undefined;
  return refuse('PHONE_VERIFICATION_LOCKED', {
    retryAfter: secondsUntil(until, now),
    metadata: { lockedUntil: until },
  });
};

const refusalToSendVerification = (user: User, command: HashedVerification, context: Context): Decision | undefined =>
  verificationLocked(user, context) ?? refusalToSend('PHONE', user, command, context);
