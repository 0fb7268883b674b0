import type { Secrets } from '../commands/command.ts';
import { attemptsRemaining, isLive } from '../domain/code.ts';
import type { Context, Outcome } from '../domain/decision.ts';
import { type FailedAttempts, lockedUntil } from '../domain/failedAttempts.ts';
import { maskPhoneNumber } from '../domain/phoneNumber.ts';
import { PHONE_LOCKOUT } from '../domain/policy.ts';
import { pending } from '../domain/sending.ts';
import { isPhoneVerified, type Root } from '../domain/user.ts';

/** zitadel.v1.ObjectDetails in its JSON form. */
export type ObjectDetails = {
  readonly sequence: string;
  readonly creationDate?: string;
  readonly changeDate: string;
  readonly resourceOwner: string;
};

/** The details of a write: those of the user's last event, which the write wrote unless it gives something again. */
export const detailsOfChange = ({ after: { root } }: Outcome): ObjectDetails => {
  if (!root) throw new Error('A write about a user without an event has no details');
  const { sequence, changeDate, resourceOwner } = root;
  return { sequence: String(sequence), changeDate, resourceOwner };
};

/** The details of a write that creates: the event's time is the creation's as well. */
export const detailsOfCreation = (outcome: Outcome): ObjectDetails => {
  const { sequence, changeDate, resourceOwner } = detailsOfChange(outcome);
  return { sequence, creationDate: changeDate, changeDate, resourceOwner };
};

/** The details of a user: those of its first and its last event. */
export const detailsOfUser = ({ sequence, creationDate, changeDate, resourceOwner }: Root): ObjectDetails => ({
  sequence: String(sequence),
  creationDate,
  changeDate,
  resourceOwner,
});

/** otpsms.v1.Challenge in its JSON form: where the code went to, as far as the caller may see, and what it is good for. */
export const challengeOf = ({ after }: Outcome, context: Context, { challengeId }: Secrets): object => {
  const { root, otpSmsCode } = after;
  if (!otpSmsCode) throw new Error('A challenge without a code');
  return {
    maskedPhone: maskPhoneNumber(otpSmsCode.phone),
    ...pending('OTP_SMS', after, context),
    attemptsRemaining: attemptsRemaining(otpSmsCode, root?.otpSmsFailedAttempts, context),
    challengeId,
    codeLength: otpSmsCode.codeLength,
    purpose: `PURPOSE_${otpSmsCode.purpose}`,
  };
};

/** otpsms.v1.Verification in its JSON form, while a code for the phone is pending that can still be proven. */
export const verificationOf = ({ after }: Outcome, context: Context): { readonly verification?: object } => {
  const { root, phoneCode } = after;
  if (!isLive(phoneCode, context)) return {};
  const left = attemptsRemaining(phoneCode, root?.phoneFailedAttempts, context, PHONE_LOCKOUT);
  if (left === 0) return {};
  return {
    verification: {
      maskedPhone: maskPhoneNumber(phoneCode.phone),
      ...pending('PHONE', after, context),
      attemptsRemaining: left,
      codeLength: phoneCode.codeLength,
    },
  };
};

/** What there is to say of the factor of a user: no number as a whole, and no code. */
export const factorOf = (outcome: Outcome, context: Context): object => {
  const { root, otpSms, otpSmsCode } = outcome.after;
  const { otpSmsFailedAttempts, phoneFailedAttempts } = root ?? {};
  return {
    ...(root && { details: detailsOfUser(root) }),
    ...(otpSms && {
      state: 'AUTH_FACTOR_STATE_READY',
      creationDate: otpSms.creationDate,
      changeDate: otpSms.changeDate,
    }),
    ...(root?.phone !== undefined && {
      maskedPhone: maskPhoneNumber(root.phone),
      ...(isPhoneVerified(root) && { isPhoneVerified: true }),
    }),
    ...(isLive(otpSmsCode, context) && { pending: pending('OTP_SMS', outcome.after, context) }),
    ...verificationOf(outcome, context),
    ...attemptsOf(otpSmsFailedAttempts, context),
    ...(phoneFailedAttempts && { ofVerification: attemptsOf(phoneFailedAttempts, context) }),
  };
};

/** Wrong codes in a row, and until when they lock; for good is a time that never comes. */
const attemptsOf = (attempts: FailedAttempts | undefined, { now }: Context) => {
  const until = lockedUntil(attempts, now);
  return {
    ...(attempts && { failedAttempts: attempts.failures }),
    ...(until !== undefined && { lockedUntil: until }),
  };
};

/** An event as a help desk may see it: without the hash of a number. */
export const eventOf = ({ sequence, phone, phoneHash: _, ...event }: Readonly<Record<string, unknown>>): object => ({
  // Events of before the log had masks hold the number.
  ...(typeof phone === 'string' && { maskedPhone: maskPhoneNumber(phone) }),
  sequence: String(sequence),
  ...event,
});
