import { type Environment, optional, required, secureUrl } from './env.ts';
import { SettingError } from './settingError.ts';

/** What proofs say of where they come from and whom they are for. */
export type ProofSettings = {
  /** `iss`; below it is `/.well-known/jwks.json`. */
  readonly issuer: string;
  readonly audience: string;
};

/** Where the signing key is: in AWS KMS, or on machines without AWS in the environment, as PKCS #8 in base64. */
type ProofKeySettings = { readonly keyId: string } | { readonly secret: Buffer };

/** Reads what proofs say, or `null` where none are given. Throws with the name of the variable. */
export const readProofSettings = (env: Environment): ProofSettings | null => {
  const url = optional(env, 'PROOF_ISSUER');
  if (url === null) return null;
  const issuer = secureUrl(url, 'PROOF_ISSUER').replace(/\/$/, '');
  const { origin } = new URL(issuer);
  if (issuer !== origin) {
    throw new SettingError(
      'PROOF_ISSUER',
      ` to ${origin}: the keys of proofs are right below it, at /.well-known/jwks.json`,
    );
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

/** The id of a key in AWS KMS. */
const KEY_ID = /^(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Reads the id of the key that the last proofs before a rotation were signed with, or `null`. Throws with the name. */
export const readFormerProofKey = (env: Environment): string | null => {
  const keyId = optional(env, 'PROOF_FORMER_KEY_ID');
  if (keyId !== null && !KEY_ID.test(keyId)) {
    throw new SettingError(
      'PROOF_FORMER_KEY_ID',
      ' to the id of the former key in AWS KMS (not its ARN), or leave it out',
    );
  }
  return keyId;
};
