import type { Jwk } from 'aws-jwt-verify/jwk';

/** An algorithm for a type of key that does not name its own. */
const ALGORITHMS: Readonly<Record<string, string>> = { RSA: 'RS256', EC: 'ES256', OKP: 'EdDSA' };

const base64url = (text: string): string => Buffer.from(text).toString('base64url');

/** A token that says it is signed by a key, which it is not: checking it takes every step up to the refusal. */
export const unsignedToken = ({ kid, kty, alg = ALGORITHMS[kty] }: Jwk, iss: string): string =>
  [JSON.stringify({ alg, kid, typ: 'JWT' }), JSON.stringify({ iss }), '\0'.repeat(256)].map(base64url).join('.');
