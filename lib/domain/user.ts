import type { Code } from './code.ts';
import { type CodeAdded, type Event, usesUp } from './events.ts';
import type { FailedAttempts } from './failedAttempts.ts';
import type { PhoneNumber } from './phoneNumber.ts';
import { ADDITIONS, DAY_SECONDS } from './policy.ts';
import { afterSend, type ResendBackoff } from './resendBackoff.ts';
import { type Times, withTime } from './slidingWindow.ts';

/** The root of the aggregate: the counter of its events and the phone. */
export type Root = {
  /** Sequence of the user's last event. */
  readonly sequence: number;
  readonly resourceOwner: string;
  /** No token has named the owner so far: the first one that does takes its place. */
  readonly ownerIsDefault?: true;
  /** Time of the user's first event. */
  readonly creationDate: string;
  /** Time of the user's last event. */
  readonly changeDate: string;
  /** The number that was set last, E.164. */
  readonly phone?: string;
  /** Of that number, ISO 3166-1 alpha-2, where it belongs to a country. */
  readonly phoneCountry?: string;
  /** The number that was proven last, E.164: the one that codes go to. */
  readonly verifiedPhone?: string;
  /** Of that number. */
  readonly verifiedPhoneCountry?: string;
  /** Until when the number that was set may take the place of the factor's, where something allowed it. */
  readonly authorisedUntil?: string;
  /** Of the re-authentication that allowed something last, Unix time in seconds: each allows one thing. */
  readonly usedAuthTime?: number;
  /** Messages with verification codes; like the guesses it outlives the number. */
  readonly phoneResendBackoff?: ResendBackoff;
  readonly phoneFailedAttempts?: FailedAttempts;
  /** Messages with login codes; like the guesses it outlives the factor: adding it anew is no new budget. */
  readonly otpSmsResendBackoff?: ResendBackoff;
  readonly otpSmsFailedAttempts?: FailedAttempts;
  /** Verification codes and login codes of the last day; no success makes anybody forget them. */
  readonly phoneSends?: Times;
  readonly otpSmsSends?: Times;
  /** When the factor was added within the last hour. */
  readonly otpSmsAdditions?: Times;
  /** Since when the user is being erased: the root is a tombstone then, and says nothing of a phone. */
  readonly erasedAt?: string;
};

/** An enrolled factor. */
export type Factor = {
  /** Sequence of the last event that changed the factor. */
  readonly sequence: number;
  /** Sequence of the event that enrolled it, or that moved it to another number: a proof is of one enrolment. */
  readonly enrolledAt: number;
  readonly creationDate: string;
  readonly changeDate: string;
};

/** Whether the number that was set last is proven. */
export const isPhoneVerified = (root: Root | undefined): boolean =>
  root?.phone !== undefined && root.phone === root.verifiedPhone;

/** The aggregate, by its parts: each is one item of the table, absent when there is nothing to say. */
export type User = {
  readonly root?: Root;
  readonly otpSms?: Factor;
  readonly phoneCode?: Code;
  readonly otpSmsCode?: Code;
};

/** The number that was set last, as it came in. */
export const phoneOf = ({ root }: User): PhoneNumber | undefined => stored(root?.phone, root?.phoneCountry);

/** The number that was proven last, as it came in. */
export const verifiedPhoneOf = ({ root }: User): PhoneNumber | undefined =>
  stored(root?.verifiedPhone, root?.verifiedPhoneCountry);

const stored = (phone: string | undefined, country: string | undefined): PhoneNumber | undefined =>
  phone === undefined ? undefined : { phone, ...(country !== undefined && { country }) };

type Known = User & { readonly root: Root };

const withRoot = (user: User, event: Event): Known => ({
  ...user,
  root: {
    resourceOwner: event.resourceOwner,
    ...(event.ownerIsDefault && { ownerIsDefault: event.ownerIsDefault }),
    creationDate: event.createdAt,
    ...user.root,
    sequence: event.sequence,
    changeDate: event.createdAt,
    ...(event.allowedBy?.by === 'REAUTHENTICATION' && usesUp(event) && { usedAuthTime: event.allowedBy.authTime }),
  },
});

const without = <T extends object, K extends keyof T>(value: T, ...names: K[]): Omit<T, K> => {
  const rest = { ...value };
  for (const name of names) delete rest[name];
  return rest;
};

const newCode = (event: Event & CodeAdded, phone: string): Code => {
  const { sequence, expiresAt, codeLength, purpose, country, unlogged } = event;
  return {
    sequence,
    phone,
    ...(country !== undefined && { country }),
    codeLength,
    ...(purpose !== undefined && { purpose }),
    expiresAt,
    ...unlogged,
    failedAttempts: 0,
  };
};

const failedAttemptsOf = ({ failures, lockedUntil }: FailedAttempts): FailedAttempts => ({
  failures,
  ...(lockedUntil !== undefined && { lockedUntil }),
});

const triedAgain = (code: Code | undefined, { sequence }: Event) =>
  code && { ...code, sequence, failedAttempts: code.failedAttempts + 1 };

/** The root with another number set; what was allowed with the one before was not allowed with this one. */
const withPhone = (root: Root, { phone, country }: PhoneNumber): Root => ({
  ...without(root, 'authorisedUntil', 'phoneCountry'),
  phone,
  ...(country !== undefined && { phoneCountry: country }),
});

/** The number that was set last as the one that was proven last. */
const verifiedAs = ({ phone, phoneCountry }: Root) => ({
  ...(phone !== undefined && { verifiedPhone: phone }),
  ...(phoneCountry !== undefined && { verifiedPhoneCountry: phoneCountry }),
});

const authorisedUntil = ({ authorisedUntil }: { readonly authorisedUntil?: string }) =>
  authorisedUntil !== undefined && { authorisedUntil };

/** What stands in the root's place until all else of the user is erased. */
const tombstone = ({ resourceOwner, ownerIsDefault, creationDate, changeDate, sequence }: Root): Root => ({
  sequence,
  resourceOwner,
  ...(ownerIsDefault && { ownerIsDefault }),
  creationDate,
  changeDate,
  erasedAt: changeDate,
});

const changedFactor = (user: Known, { sequence, createdAt }: Event): Factor => ({
  enrolledAt: sequence,
  creationDate: createdAt,
  ...user.otpSms,
  sequence,
  changeDate: createdAt,
});

/**
 * The user after an event: replaying the whole log from `{}` gives the stored state, but for what is never logged, which
 * is the hashes of codes and the digits of numbers.
 */
export const evolve = (before: User, event: Event): User => {
  const user = withRoot(before, event);
  const { root } = user;
  switch (event.type) {
    case 'user.human.resourceowner.changed':
      return { ...user, root: { ...without(root, 'ownerIsDefault'), resourceOwner: event.resourceOwner } };
    case 'user.human.phone.changed':
      return {
        ...without(user, 'phoneCode'),
        root: { ...withPhone(root, event.unlogged), ...authorisedUntil(event) },
      };
    case 'user.human.phone.change.cancelled':
      return {
        ...without(user, 'phoneCode'),
        root: withPhone(root, verifiedPhoneOf(user) as PhoneNumber),
      };
    case 'user.human.phone.code.added':
      return {
        ...user,
        root: {
          ...root,
          phoneResendBackoff: afterSend(root.phoneResendBackoff, event.createdAt),
          phoneSends: withTime(root.phoneSends, event.createdAt, DAY_SECONDS),
          ...authorisedUntil(event),
        },
        phoneCode: newCode(event, root.phone as string),
      };
    case 'user.human.phone.verification.failed': {
      const phoneCode = triedAgain(user.phoneCode, event);
      return {
        ...user,
        root: { ...root, phoneFailedAttempts: failedAttemptsOf(event) },
        ...(phoneCode && { phoneCode }),
      };
    }
    case 'user.human.phone.verified':
      return {
        ...without(user, 'phoneCode', 'otpSmsCode'),
        root: {
          ...without(
            root,
            'authorisedUntil',
            'phoneResendBackoff',
            'phoneFailedAttempts',
            'otpSmsFailedAttempts',
            'verifiedPhoneCountry',
          ),
          ...verifiedAs(root),
        },
        ...(user.otpSms && { otpSms: { ...changedFactor(user, event), enrolledAt: event.sequence } }),
      };
    case 'user.human.phone.removed':
      return {
        ...without(user, 'phoneCode', 'otpSmsCode'),
        root: without(root, 'phone', 'phoneCountry', 'verifiedPhone', 'verifiedPhoneCountry', 'authorisedUntil'),
      };
    case 'user.human.mfa.otp.sms.added':
      return {
        ...user,
        root: { ...root, otpSmsAdditions: withTime(root.otpSmsAdditions, event.createdAt, ADDITIONS.windowSeconds) },
        otpSms: changedFactor(user, event),
      };
    case 'user.human.mfa.otp.sms.removed':
      return { ...without(user, 'otpSms', 'otpSmsCode'), root: without(root, 'authorisedUntil') };
    case 'user.human.mfa.otp.sms.unlocked':
      return { ...user, root: without(root, 'otpSmsFailedAttempts', 'phoneFailedAttempts') };
    case 'user.human.mfa.otp.sms.code.added':
      return {
        ...user,
        root: {
          ...root,
          otpSmsResendBackoff: afterSend(root.otpSmsResendBackoff, event.createdAt),
          otpSmsSends: withTime(root.otpSmsSends, event.createdAt, DAY_SECONDS),
        },
        otpSms: changedFactor(user, event),
        otpSmsCode: newCode(event, root.verifiedPhone as string),
      };
    case 'user.human.mfa.otp.sms.check.failed': {
      const otpSmsCode = triedAgain(user.otpSmsCode, event);
      return {
        ...user,
        root: { ...root, otpSmsFailedAttempts: failedAttemptsOf(event) },
        otpSms: changedFactor(user, event),
        ...(otpSmsCode && { otpSmsCode }),
      };
    }
    case 'user.human.mfa.otp.sms.check.succeeded':
      return {
        ...without(user, 'otpSmsCode'),
        root: without(root, 'otpSmsResendBackoff', 'otpSmsFailedAttempts'),
        otpSms: changedFactor(user, event),
      };
    case 'user.erased':
      return { root: tombstone(root) };
  }
};
