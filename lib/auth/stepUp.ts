import { JwtVerifier } from 'aws-jwt-verify/jwt-verifier';
import type { CommandHandler } from '../commands/command.ts';
import type { ProofSettings } from '../config/proofs.ts';
import { ApiError } from '../errors/errors.ts';
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
      if (isKeysUnavailable(cause)) throw new ApiError('PROOF_KEY_UNAVAILABLE', { retryAfter: 1, cause });
      return false;
    }
  };
};

/** The command handler of a decision that may want a fresh proof of the second factor (RFC 9470). */
export const withStepUp = <Input>(
  settings: ProofSettings | null,
  handle: CommandHandler<Input>,
): CommandHandler<Input> => {
  if (!settings) return handle;
  const isProof = createStepUpVerifier(settings);
  return (input, request) => {
    const { stepUpProof, userId } = request;
    const decide = handle(input, request);
    return async (user, context) => {
      if (!context.policy.stepUpRequired || !user.otpSms || stepUpProof === undefined) return decide(user, context);
      return decide(user, { ...context, steppedUp: await isProof(stepUpProof, userId) });
    };
  };
};
