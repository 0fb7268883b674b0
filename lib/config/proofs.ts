import { type Environment, optional, required, secureUrl } from './env.ts';

/** What proofs say of where they come from and whom they are for. */
export type ProofSettings = {
  /** `iss`; below it is `/.well-known/jwks.json`. */
  readonly issuer: string;
  readonly audience: string;
};

/** Where the signing key is: in AWS KMS, or on machines without AWS in the environment, as PKCS #8 in base64. */
export type ProofKeySettings = { readonly keyId: string } | { readonly secret: Buffer };

/** Reads what proofs say, or `null` where none are given. Throws with the name of the variable. */
export const readProofSettings = (env: Environment): ProofSettings | null => {
  const url = optional(env, 'PROOF_ISSUER');
  if (url === null) return null;
  const issuer = secureUrl(url, 'PROOF_ISSUER').replace(/\/$/, '');
  const { origin } = new URL(issuer);
  if (issuer !== origin) {
    throw new Error(`Set PROOF_ISSUER to ${origin}: the keys of proofs are right below it, at /.well-known/jwks.json`);
  }
  return { issuer, audience: optional(env, 'PROOF_AUDIENCE') ?? issuer };
};

/** Reads where the signing key is. Throws with the name of the variable and what to set it to. */
export const readProofKeySettings = (env: Environment): ProofKeySettings => {
  const local = optional(env, 'PROOF_KEY');
  return local === null
    ? {
        keyId: required(env, 'PROOF_KEY_ID', 'the ARN of the ECC_NIST_P256 key in AWS KMS that proofs are signed with'),
      }
    : { secret: Buffer.from(local, 'base64') };
};
