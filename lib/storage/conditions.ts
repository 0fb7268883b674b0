import { MAX_ATTEMPTS_PER_CODE } from '../domain/code.ts';
import type { Outcome } from '../domain/decision.ts';
import type { Authority, Event, EventType } from '../domain/events.ts';
import { ADDITIONS } from '../domain/policy.ts';
import type { Root, User } from '../domain/user.ts';

/** A clause of a condition, with the values it speaks of. */
export type Clause = { readonly text: string; readonly values?: Readonly<Record<string, unknown>> };

/** Nothing stands under this key: an event is written once, a part that was absent is still absent. */
export const IS_ABSENT: Clause = { text: 'attribute_not_exists(pk)' };

/** The item is the very one that the decision saw: every part carries the sequence of its last change. */
export const isAsDecided = (sequence: number): Clause => ({
  text: '#sequence = :decidedOn',
  values: { ':decidedOn': sequence },
});

/** The user is still the one whom the decision saw: one who was erased and began anew may come to the same sequence. */
export const isSameUser = ({ creationDate }: Root): Clause => ({
  text: 'creationDate = :begunAt',
  values: { ':begunAt': creationDate },
});

/** Nothing is recorded of a user who is being erased, but that they are. */
export const IS_NOT_BEING_ERASED: Clause = { text: 'attribute_not_exists(erasedAt)' };

/** The user has proven a phone. */
const PHONE_IS_VERIFIED: Clause = { text: 'attribute_exists(verifiedPhone)' };

/** The factor was not added too often within the time before the event. */
const mayBeAdded = ({ createdAt }: Event): Clause => ({
  text:
    '(attribute_not_exists(otpSmsAdditions) OR size(otpSmsAdditions) < :additions ' +
    'OR otpSmsAdditions[0] <= :additionsSince)',
  values: {
    ':additions': ADDITIONS.most,
    ':additionsSince': new Date(createdAt).getTime() - ADDITIONS.windowSeconds * 1000,
  },
});

/** There is such a part: the factor that a code is for, the code that proves. */
const IS_THERE: Clause = { text: 'attribute_exists(pk)' };

/** The code may still be judged: unexpired at the event's time, and within its tries. */
const codeIsLive = ({ createdAt }: Event): Clause => ({
  text: 'expiresAt > :judgedAt AND failedAttempts < :triesPerCode',
  values: { ':judgedAt': createdAt, ':triesPerCode': MAX_ATTEMPTS_PER_CODE },
});

/** The number is still the one that the code went to. */
const isNumber = (attribute: 'phone' | 'verifiedPhone', phone: string | undefined): Clause => ({
  text: `${attribute} = :codeWentTo`,
  values: { ':codeWentTo': phone },
});

/** Something has allowed the number that waits to take the place of the factor's, and not too long before the event. */
const changeIsAuthorised = ({ createdAt }: Event): Clause => ({
  text: 'authorisedUntil > :changedAt',
  values: { ':changedAt': createdAt },
});

/** A re-authentication allows one thing: this one is later than the last one that was used. */
const isUnused = ({ authTime }: Extract<Authority, { by: 'REAUTHENTICATION' }>): Clause => ({
  text: '(attribute_not_exists(usedAuthTime) OR usedAuthTime < :authTime)',
  values: { ':authTime': authTime },
});

/** Attempts are not locked at the event's time. */
const isOpen = (guesses: 'otpSmsFailedAttempts' | 'phoneFailedAttempts', { createdAt }: Event): Clause => ({
  text: `(attribute_not_exists(${guesses}.lockedUntil) OR ${guesses}.lockedUntil <= :judgedAt)`,
  values: { ':judgedAt': createdAt },
});

/** No token has named the owner so far. */
const OWNER_IS_DEFAULT: Clause = { text: 'attribute_exists(ownerIsDefault)' };

/** The guess comes from whoever asked for the code. */
const isOfChallenge = ({ unlogged }: JudgedCheck): Clause => ({
  text: 'challengeHash = :challengeHash',
  values: { ':challengeHash': unlogged.challengeHash },
});

type JudgedCheck = Extract<Event, { readonly type: `user.human.mfa.otp.sms.check.${string}` }>;

type Demands = { readonly [Part in keyof User]?: readonly Clause[] };

const phoneCodeIsJudged = (event: Event, { before: { phoneCode } }: Outcome): Demands => ({
  root: [isNumber('phone', phoneCode?.phone), isOpen('phoneFailedAttempts', event)],
  phoneCode: [codeIsLive(event)],
});

const otpSmsCodeIsJudged = (event: Event, { before: { otpSmsCode } }: Outcome): Demands => ({
  root: [isNumber('verifiedPhone', otpSmsCode?.phone), isOpen('otpSmsFailedAttempts', event)],
  otpSms: [IS_THERE],
  otpSmsCode: [codeIsLive(event), isOfChallenge(event as JudgedCheck)],
});

/** What holds of no item, whether it is there or not. */
const NEVER: Demands = { root: [IS_ABSENT, IS_THERE] };

/** What proves a number: its code, unless it was set and proven at once, or is vouched for, by whoever is trusted with that. */
const phoneIsProven = (event: Event, outcome: Outcome): Demands => {
  const { before, events } = outcome;
  if ('vouched' in event) return events.some(({ allowedBy }) => allowedBy?.by === 'SERVICE') ? {} : NEVER;
  if (before.phoneCode) return phoneCodeIsJudged(event, outcome);
  return events.some(({ type }) => type === 'user.human.phone.changed') ? {} : { phoneCode: [IS_THERE] };
};

/** Another number takes the place of the factor's only where something has allowed that, or where there is no factor. */
const phoneIsVerified = (event: Event, outcome: Outcome): Demands => {
  const { before, events } = outcome;
  const isAllowed = !before.otpSms || events.some(({ allowedBy }) => allowedBy);
  const judged = phoneIsProven(event, outcome);
  return {
    ...judged,
    ...(!isAllowed && { root: [...(judged.root ?? []), changeIsAuthorised(event)] }),
    ...(before.root && { otpSms: [] }),
  };
};

/** A login code is of a factor that is on and not locked, unless the same transaction opens it. */
const otpSmsCodeIsAdded = (event: Event, { events }: Outcome): Demands => ({
  root: [
    PHONE_IS_VERIFIED,
    ...(events.some(({ type }) => type === 'user.human.mfa.otp.sms.unlocked')
      ? []
      : [isOpen('otpSmsFailedAttempts', event)]),
  ],
  otpSms: [IS_THERE],
});

/** What an event demands of each part; of one that is named with no clause, that it is as the decision saw it. */
const DEMANDS: { readonly [T in EventType]?: (event: Event, outcome: Outcome) => Demands } = {
  'user.human.resourceowner.changed': () => ({ root: [OWNER_IS_DEFAULT] }),
  'user.human.mfa.otp.sms.added': (event) => ({ root: [PHONE_IS_VERIFIED, mayBeAdded(event)] }),
  'user.human.mfa.otp.sms.removed': ({ allowedBy }) => ({ otpSms: allowedBy ? [] : [IS_ABSENT] }),
  'user.human.mfa.otp.sms.unlocked': ({ allowedBy }) => ({ root: allowedBy ? [] : [IS_ABSENT] }),
  'user.human.phone.removed': (_, { after }) => ({ otpSms: after.otpSms ? [IS_ABSENT] : [] }),
  'user.human.phone.code.added': (event) => ({ root: [isOpen('phoneFailedAttempts', event)] }),
  'user.human.phone.verified': phoneIsVerified,
  // A wrong guess writes as many items as a right one, which moves the factor and takes its code away.
  'user.human.phone.verification.failed': (event, outcome) => ({
    ...phoneCodeIsJudged(event, outcome),
    otpSms: [],
    ...(outcome.before.otpSmsCode && { otpSmsCode: [] }),
  }),
  'user.human.mfa.otp.sms.code.added': otpSmsCodeIsAdded,
  'user.human.mfa.otp.sms.check.succeeded': otpSmsCodeIsJudged,
  'user.human.mfa.otp.sms.check.failed': otpSmsCodeIsJudged,
  'user.erased': ({ allowedBy }) => ({ root: allowedBy ? [] : [IS_ABSENT] }),
};

const demandsOf = (event: Event, outcome: Outcome): Demands => {
  const demands = DEMANDS[event.type]?.(event, outcome) ?? {};
  const { allowedBy } = event;
  return allowedBy?.by === 'REAUTHENTICATION'
    ? { ...demands, root: [...(demands.root ?? []), isUnused(allowedBy)] }
    : demands;
};

/**
 * What the events demand of a stored part beyond being as the decision saw it, if they speak of it: the database itself
 * refuses to record an event against a rule, even if the code above it were wrong.
 */
export const demandsOn = (part: keyof User, outcome: Outcome): readonly Clause[] | undefined => {
  const demands = outcome.events.flatMap((event) => {
    const demanded = demandsOf(event, outcome)[part];
    return demanded ? [demanded] : [];
  });
  return demands.length > 0 ? demands.flat() : undefined;
};

/** All of the clauses as one expression with its values. */
export const all = (clauses: readonly Clause[]) => ({
  ConditionExpression: clauses.map(({ text }) => text).join(' AND '),
  values: Object.assign({}, ...clauses.map(({ values }) => values)) as Record<string, unknown>,
});
