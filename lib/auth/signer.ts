import { createHash, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';

/** Signs with ES256 (RFC 7518, section 3.4). */
export type Signer = {
  /** The signature, `r` and `s` beside each other. Throws PROOF_KEY_UNAVAILABLE, or INTERNAL where the key is not ours to use. */
  sign(message: string, signal?: AbortSignal): Promise<Buffer>;
  /** The public key. Throws like `sign`. */
  publicKey(): Promise<KeyObject>;
};

/** A public key as a member of a JSON Web Key Set, named by its thumbprint (RFC 7638). */
export const toJwk = (key: KeyObject): JsonWebKey & { readonly kid: string } => {
  const { crv, kty, x, y } = key.export({ format: 'jwk' });
  const kid = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
  return { kty, crv, x, y, kid, alg: 'ES256', use: 'sig' } as JsonWebKey & { kid: string };
};

/** A public key from its SubjectPublicKeyInfo. */
export const fromSpki = (der: Uint8Array): KeyObject =>
  createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' });
