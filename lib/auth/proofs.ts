import { randomUUID } from 'node:crypto';
import type { ProofSettings } from '../config/proofs.ts';
import type { Purpose } from '../domain/code.ts';
import { type Signer, toJwk } from './signer.ts';

/** Seconds that a proof is good for. */
const PROOF_LIFE_SECONDS = 300;

/** The header `typ` of a proof (RFC 8725, section 3.11). */
export const PROOF_TYPE = 'otp-sms-proof+jwt';

/** What a proof is about. */
type Proven = {
  readonly sub: string;
  readonly nonce: string;
  /** What the code was asked for. */
  readonly purpose: Purpose;
  /** The service that asked for the check, which the proof is for; without one it is for who the deployment says. */
  readonly service: string | undefined;
  /** Sequence of the event that enrolled the factor, or moved it to another number. */
  readonly enrolledAt: number;
  readonly at: Date;
};

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Signs that a user has proven an SMS code: a JWT (RFC 7519) that names how (`amr`, RFC 8176) and when. */
export const createProofs = (signer: Signer, { issuer, audience }: ProofSettings, former: PublicKeys = []) => {
  const publicJwk = kept(signer);
  const formerJwks = former.map(kept);
  return {
    /** The claims of a proof, which is the same one however often they are signed. */
    claimsOf({ sub, nonce, purpose, service = audience, enrolledAt, at }: Proven): object {
      const now = Math.floor(at.getTime() / 1000);
      return {
        iss: issuer,
        // RFC 8725, section 3.12: what steps up here is worth nothing elsewhere, and the other way round.
        aud: purpose === 'STEP_UP' ? issuer : service,
        sub,
        amr: ['otp', 'sms'],
        auth_time: now,
        iat: now,
        exp: now + PROOF_LIFE_SECONDS,
        jti: randomUUID(),
        ...(nonce !== '' && { nonce }),
        purpose,
        factor: enrolledAt,
      };
    },

    async sign(claims: object, signal?: AbortSignal): Promise<string> {
      const { kid } = await publicJwk();
      const message = `${encode({ alg: 'ES256', kid, typ: PROOF_TYPE })}.${encode(claims)}`;
      return `${message}.${(await signer.sign(message, signal)).toString('base64url')}`;
    },

    /** The JSON Web Key Set that verifies the proofs, also those of a former key. */
    keySet: async () => ({ keys: await Promise.all([publicJwk, ...formerJwks].map((jwk) => jwk())) }),
  };
};

/** Keys whose proofs are verified still, though they sign no more. */
type PublicKeys = readonly Pick<Signer, 'publicKey'>[];

/** A public key, asked for once; again after a failure. */
const kept = (key: PublicKeys[number]) => {
  let jwk: Promise<ReturnType<typeof toJwk>> | undefined;
  return () => {
    jwk ??= key.publicKey().then(toJwk);
    jwk.catch(() => {
      jwk = undefined;
    });
    return jwk;
  };
};

export type Proofs = ReturnType<typeof createProofs>;
