import { type Authentication, type Context, type Decision, refuse, type StepUp } from './decision.ts';
import type { Authority } from './events.ts';
import type { Reauthentication } from './policy.ts';
import type { Factor, User } from './user.ts';

/** How a fact tells what allowed it. */
type Allowed = { readonly allowedBy?: Authority };

/** Seconds after which the user must have signed in again. */
const MAX_AGE_SECONDS = 300;

/** Seconds that the identity provider's clock may be ahead. */
const CLOCK_SKEW_SECONDS = 60;

/** Whether the access token alone may not weaken the account. */
export const wantsStepUp = ({ otpSms }: User, { policy }: Context): boolean =>
  policy.stepUp !== 'off' && otpSms !== undefined;

/** The authority of an operator or a service, which acts in the user's place, if it is one. */
export const standInOf = ({ stepUp }: Context): Extract<Authority, { by: 'OPERATOR' | 'SERVICE' }> | undefined =>
  stepUp?.by === 'OPERATOR' || stepUp?.by === 'SERVICE' ? stepUp : undefined;

/**
 * Takes a decision that weakens the account: with the factor on, only where the caller has stepped up (RFC 9470). That
 * of an operator or a service is told as one whatever the user has.
 */
export const withAuthority = (user: User, context: Context, decide: (allowed: Allowed) => Decision): Decision => {
  const standIn = standInOf(context);
  if (standIn) return decide({ allowedBy: standIn });
  if (!user.otpSms) return decide({});
  const { stepUp } = context.policy;
  if (stepUp === 'off') return decide({ allowedBy: { by: 'STEP_UP_OFF' } });
  const allowedBy = proofOf(user.otpSms, context) ?? reauthenticationOf(user, context);
  return allowedBy ? decide({ allowedBy }) : refuse('STEP_UP_REQUIRED', { metadata: whatIsAskedFor(stepUp) });
};

/** The proof that the caller shows, where it is of this enrolment, and not used yet. */
const proofOf = (factor: Factor, { stepUp, proofIsUsed }: Context): Authority | undefined =>
  stepUp?.by === 'PROOF' && isOfFactor(stepUp, factor) && !proofIsUsed ? { by: 'PROOF', jti: stepUp.jti } : undefined;

/** A proof is of one enrolment. One who was erased and began anew may come to the same sequence, but not before its time. */
const isOfFactor = (proof: Extract<StepUp, { by: 'PROOF' }>, { enrolledAt, creationDate }: Factor): boolean =>
  proof.enrolledAt === enrolledAt && proof.issuedAt >= Math.floor(new Date(creationDate).getTime() / 1000);

/** The re-authentication that the access token tells of, where it is one that is taken, recent, and not used yet. */
export const reauthenticationOf = (
  { root }: User,
  { authentication, policy, now }: Context,
): Extract<Authority, { by: 'REAUTHENTICATION' }> | undefined => {
  if (!authentication || policy.stepUp === 'off' || !isStrong(authentication, policy.stepUp)) return undefined;
  const { authTime } = authentication;
  const age = now.getTime() / 1000 - authTime;
  const isRecent = age <= MAX_AGE_SECONDS && age >= -CLOCK_SKEW_SECONDS;
  return isRecent && authTime > (root?.usedAuthTime ?? 0) ? { by: 'REAUTHENTICATION', authTime } : undefined;
};

const isStrong = ({ acr, amr }: Authentication, { acrValues, amrValues }: Reauthentication): boolean =>
  (acr !== undefined && acrValues.includes(acr)) || amr.some((method) => amrValues.includes(method));

/** Parameters of the challenge (RFC 9470, section 3). */
const whatIsAskedFor = ({ acrValues, amrValues }: Reauthentication): Readonly<Record<string, string>> => ({
  ...(acrValues.length > 0 && { acrValues: acrValues.join(' ') }),
  ...(acrValues.length + amrValues.length > 0 && { maxAge: String(MAX_AGE_SECONDS) }),
});
