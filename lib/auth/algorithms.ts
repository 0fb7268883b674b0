import type { Jwk } from 'aws-jwt-verify/jwk';

/** The keys of an algorithm: their type and, but for RSA, their curve. */
type KeyKind = { readonly kty: 'RSA' | 'EC' | 'OKP'; readonly curve?: string };

const RSA: KeyKind = { kty: 'RSA' };

const ALGORITHMS: ReadonlyMap<string, KeyKind> = new Map([
  ['RS256', RSA],
  ['RS384', RSA],
  ['RS512', RSA],
  ['ES256', { kty: 'EC', curve: 'P-256' }],
  ['ES384', { kty: 'EC', curve: 'P-384' }],
  ['ES512', { kty: 'EC', curve: 'P-521' }],
  ['EdDSA', { kty: 'OKP', curve: 'Ed25519' }],
  ['Ed25519', { kty: 'OKP', curve: 'Ed25519' }],
]);

/** What a token may be signed with (RFC 7518, section 3.1; RFC 8037, section 3.1; RFC 9864, section 2.2). */
export const ALGORITHM_NAMES: readonly string[] = [...ALGORITHMS.keys()];

/** The name by which the library knows an algorithm: it has but one of the two that Ed25519 has. */
export const libraryName = (algorithm: string): string => (algorithm === 'Ed25519' ? 'EdDSA' : algorithm);

/** Whether a key is one of the algorithm: one that names none of its own would else verify under any that a token names. */
export const isKeyOf = ({ kty, crv, alg }: Jwk, algorithm: string): boolean => {
  const kind = ALGORITHMS.get(algorithm);
  return (
    kind !== undefined &&
    kind.kty === kty &&
    (kind.curve === undefined || kind.curve === crv) &&
    (alg === undefined || libraryName(alg) === libraryName(algorithm))
  );
};
