import { attemptsRemaining, isLive, lengthOf, sameHash, type TypedCode } from './code.ts';
import { accept, type Context, type Decide, type Decision, refuse } from './decision.ts';
import type { Fact } from './events.ts';
import { lockedUntil, withFailedAttempt } from './failedAttempts.ts';
import { maskPhoneNumber, type PhoneNumber } from './phoneNumber.ts';
import { PHONE_LOCKOUT, sendsTo } from './policy.ts';
import { codeAdded, type HashedVerification, refusalToSend } from './sending.ts';
import { wantsStepUp, withAuthority } from './stepUp.ts';
import { isPast, secondsAfter, secondsUntil } from './time.ts';
import { isPhoneVerified, phoneOf, type User } from './user.ts';

/** Seconds in which a number that was set with a proof of the factor may be resent a code, and verified. */
const AUTHORISED_SECONDS = 600;

/**
 * Sets the phone and sends a code to it; the factor stays with the number that was proven last. Setting that one drops
 * the one that waits.
 */
export const setPhone: Decide<HashedVerification | undefined> = (user, command, context) => {
  if (command === undefined) return refuse('PHONE_INVALID');
  const { root } = user;
  if (root?.verifiedPhone === command.phone && !isPhoneVerified(root)) {
    return accept({ type: 'user.human.phone.change.cancelled' });
  }
  const isSettled = isPhoneVerified(root) || !wantsStepUp(user, context) || isAuthorised(user, context);
  if (root?.phone === command.phone && isSettled) return refuse('PHONE_UNCHANGED');
  return withAuthority(user, context, (allowed) => {
    const change = { ...changedTo(command), ...authorised(allowed, context) };
    return refusalToSendVerification(user, command, context) ?? accept(change, sent(command, context));
  });
};

/** Sends another code to the phone that was set; the former code is void. */
export const resendPhoneVerification: Decide<HashedVerification | undefined> = (user, command, context) => {
  if (command === undefined) return refuse('PHONE_NOT_SET');
  if (isPhoneVerified(user.root)) return refuse('PHONE_ALREADY_VERIFIED');
  return whereAuthorised(user, context, (allowed) => {
    const added = { ...sent(command, context), ...authorised(allowed, context) };
    return refusalToSendVerification(user, command, context) ?? accept(added);
  });
};

/**
 * Proves the phone with the code sent to it; a wrong, expired, used or void code is refused all alike. Only a wrong one
 * that was judged tells how many attempts are left.
 */
export const verifyPhone: Decide<TypedCode> = (user, { hash }, context) => {
  const { root, phoneCode } = user;
  const number = phoneOf(user);
  if (!root || !number || isPhoneVerified(root) || !phoneCode) return refuse('PHONE_CODE_NOT_PENDING');
  return whereAuthorised(user, context, (allowed) => {
    const locked = verificationLocked(user, context);
    if (locked) return locked;
    if (!isLive(phoneCode, context)) return refuse('PHONE_CODE_INVALID');
    if (hash === undefined) return refuse('PHONE_CODE_LENGTH', lengthOf(phoneCode));
    if (sameHash(hash, phoneCode.hash)) return accept({ ...verified(number), ...allowed });
    const guesses = withFailedAttempt(root.phoneFailedAttempts, PHONE_LOCKOUT, context.now);
    const after = { ...phoneCode, failedAttempts: phoneCode.failedAttempts + 1 };
    const left = attemptsRemaining(after, guesses, context, PHONE_LOCKOUT);
    return {
      ...refuse('PHONE_CODE_INVALID', { metadata: { attemptsRemaining: String(left) } }),
      facts: [{ type: 'user.human.phone.verification.failed', ...guesses, ...allowed }],
    };
  });
};

/**
 * Sets a number that a service vouches for: it is proven at once, without a code, also where it waits for one. It moves
 * the factor, as any number does that is proven.
 */
export const setVerifiedPhone: Decide<PhoneNumber & { readonly phoneHash: string }> = (user, number, context) => {
  const { root } = user;
  const isSet = root?.phone === number.phone;
  if (isSet && isPhoneVerified(root)) return refuse('PHONE_UNCHANGED');
  const proven = { ...verified(number), vouched: true } as const;
  return withAuthority(user, context, (allowed) =>
    isSet ? accept({ ...proven, ...allowed }) : accept({ ...changedTo(number), ...allowed }, proven),
  );
};

/** Refuses while verification is locked, whatever was answered before. */
export const refuseIfVerificationLocked: Decide<unknown> = ({ root }, _command, { now }) =>
  lockedUntil(root?.phoneFailedAttempts, now) ? refuse('PHONE_CODE_INVALID') : accept();

/** Removes the phone, and the factor with it. */
export const removePhone: Decide<unknown> = (user, _command, context) => {
  if (user.root?.phone === undefined) return refuse('PHONE_NOT_FOUND');
  const removed = { type: 'user.human.phone.removed' } as const;
  return withAuthority(user, context, (allowed) =>
    user.otpSms
      ? accept({ type: 'user.human.mfa.otp.sms.removed', ...allowed }, removed)
      : accept({ ...removed, ...allowed }),
  );
};

/**
 * Takes over the phone that the identity provider has verified, for a user who never had one here; not one that no
 * message may go to, which would make a factor that cannot be used.
 */
export const adoptPhone: Decide<unknown> = (user, _command, { claimedPhone, policy }) =>
  user.root || claimedPhone === undefined || !sendsTo(claimedPhone, policy)
    ? accept()
    : accept(changedTo(claimedPhone), verified(claimedPhone));

const changedTo = ({ phone, country, phoneHash }: PhoneNumber & { readonly phoneHash?: string }) =>
  ({
    type: 'user.human.phone.changed',
    maskedPhone: maskPhoneNumber(phone),
    ...(phoneHash !== undefined && { phoneHash }),
    ...ofCountry(country),
    unlogged: { phone, ...ofCountry(country) },
  }) as const;

const verified = ({ phone, country }: PhoneNumber) =>
  ({ type: 'user.human.phone.verified', maskedPhone: maskPhoneNumber(phone), ...ofCountry(country) }) as const;

const ofCountry = (country: string | undefined) => country !== undefined && { country };

/** Whether something has allowed the number that waits to take the place of the factor's, of late. */
const isAuthorised = ({ root }: User, { now }: Context): boolean =>
  root?.authorisedUntil !== undefined && !isPast(root.authorisedUntil, now);

/** Takes a decision on the number that waits; what allows it to take the factor's place may have come before. */
const whereAuthorised: typeof withAuthority = (user, context, decide) =>
  isAuthorised(user, context) ? decide({}) : withAuthority(user, context, decide);

const authorised = (allowed: Pick<Fact, 'allowedBy'>, { now }: Context) =>
  allowed.allowedBy && { ...allowed, authorisedUntil: secondsAfter(now, AUTHORISED_SECONDS) };

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
