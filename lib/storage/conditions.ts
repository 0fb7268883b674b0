import type { EventType } from '../domain/events.ts';
import type { User } from '../domain/user.ts';

/** Nothing stands under this key: an event is written once, a part that was absent is still absent. */
export const IS_ABSENT = 'attribute_not_exists(pk)';

/** The item is the very one that the decision saw: every part carries the sequence of its last change. */
export const IS_AS_DECIDED = '#sequence = :decidedOn';

/** The user has proven a phone. */
export const PHONE_IS_VERIFIED = 'attribute_exists(verifiedPhone)';

/**
 * What an event demands of the stored parts beyond being as the decision saw them: the database itself refuses to
 * record the event against a rule, even if the code above it were wrong.
 */
export const DEMANDS: { readonly [T in EventType]?: { readonly [Part in keyof User]?: string } } = {
  'user.human.mfa.otp.sms.added': { root: PHONE_IS_VERIFIED },
};

/** All of the clauses. */
export const all = (...clauses: (string | undefined)[]): string => clauses.filter(Boolean).join(' AND ');
