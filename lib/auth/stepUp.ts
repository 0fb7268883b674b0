import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { JwtVerifier } from 'aws-jwt-verify/jwt-verifier';
import type { ProofSettings } from '../config/proofs.ts';
import type { StepUp } from '../domain/decision.ts';
import { ApiError } from '../errors/errors.ts';
import { PROOF_TYPE, type Proofs } from './proofs.ts';

/** Tells what a proof shows of a user; nothing where it does not hold. Throws PROOF_KEY_UNAVAILABLE. */
export type VerifyProof = (proof: string, userId: string) => Promise<StepUp | undefined>;

/** Verifies proofs by the service's own keys, without a request to itself. */
export const createProofVerifier = ({ issuer }: ProofSettings, { keySet }: Pick<Proofs, 'keySet'>): VerifyProof => {
  const fetcher = { fetch: async () => new TextEncoder().encode(JSON.stringify(await keySet())).buffer };
  const verifier = JwtVerifier.create(
    {
      issuer,
      audience: issuer,
      jwksUri: issuer,
      customJwtCheck({ header }) {
        // RFC 8725, section 3.11: no other token of this issuer is taken for a proof.
        if (header.typ !== PROOF_TYPE || header.crit !== undefined) throw new Error('Another type of token');
      },
    },
    { jwksCache: new SimpleJwksCache({ fetcher }) },
  );
  return async (proof, userId) => {
    try {
      const { sub, aud, exp, iat, amr, jti, purpose, factor } = await verifier.verify(proof);
      const methods: readonly unknown[] = Array.isArray(amr) ? amr : [];
      // RFC 8725, section 3.9: for this service, and for no other beside it.
      const isForUs = aud === issuer && purpose === 'STEP_UP' && sub === userId && exp !== undefined;
      const holds = isForUs && ['otp', 'sms'].every((method) => methods.includes(method));
      return holds && typeof jti === 'string' && typeof factor === 'number' && iat !== undefined
        ? { by: 'PROOF', jti, enrolledAt: factor, issuedAt: iat }
        : undefined;
    } catch (error) {
      if (error instanceof ApiError) throw error;
      return undefined;
    }
  };
};
