import { JwtVerifier } from 'aws-jwt-verify/jwt-verifier';
import type { MakePlan } from '../commands/execute.ts';
import type { ProofSettings } from '../config/proofs.ts';
import { DomainError } from '../errors/errors.ts';
import { createKeyCache, isKeysUnavailable } from './keySets.ts';

/** Checks a proof by the published key set, like every other service. */
const createStepUpVerifier = ({ issuer, audience }: ProofSettings) => {
  const jwksUri = `${issuer}/.well-known/jwks.json`;
  const verifier = JwtVerifier.create(
    { issuer, audience, jwksUri },
    { jwksCache: createKeyCache({ jwks: null, jwksUri }) },
  );
  return async (proof: string, userId: string): Promise<boolean> => {
    try {
      const { sub, exp, amr } = await verifier.verify(proof);
      return sub === userId && exp !== undefined && Array.isArray(amr) && amr.includes('sms');
    } catch (cause) {
      if (isKeysUnavailable(cause)) throw new DomainError('PROOF_KEY_UNAVAILABLE', { retryAfter: 1, cause });
      return false;
    }
  };
};

/** The plan of a decision that may want a fresh proof of the second factor (RFC 9470). */
export const steppingUp = <Input>(settings: ProofSettings | null, plan: MakePlan<Input>): MakePlan<Input> => {
  if (!settings) return plan;
  const isProof = createStepUpVerifier(settings);
  return async (user, call, context) => {
    const { stepUpProof } = call;
    if (!context.policy.stepUpRequired || !user.otpSms || stepUpProof === undefined) return plan(user, call, context);
    return plan(user, call, { ...context, steppedUp: await isProof(stepUpProof, call.userId) });
  };
};
