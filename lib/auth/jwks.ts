import { createPublicKey, type JsonWebKey } from 'node:crypto';
import type { Jwk, Jwks, JwkWithKid } from 'aws-jwt-verify/jwk';
import type { JwtHeader } from 'aws-jwt-verify/jwt-model';
import { isJsonObject, safeJsonParse } from 'aws-jwt-verify/safe-json-parse';
import { isKeyOf } from './algorithms.ts';
import { demand } from './tokenError.ts';

/** Bits of the shortest RSA key (RFC 7518, section 3.3). */
const MIN_RSA_BITS = 2_048;

/** What a public key is made of (RFC 7518, section 6; RFC 8037, section 2). */
const MATERIAL = ['kty', 'crv', 'n', 'e', 'x', 'y'] as const;

/**
 * The keys of a JSON Web Key Set that verify signatures; one that cannot be read, is short or is for another use is passed
 * over. `undefined` for what is no key set, or holds keys but none of those.
 */
export const readKeySet = (text: string): Jwks | undefined => {
  try {
    const set = safeJsonParse(text);
    if (!isJsonObject(set) || !Array.isArray(set.keys)) return undefined;
    const keys = set.keys.map(withoutNulls).filter(verifies);
    return keys.length > 0 || set.keys.length === 0 ? { keys } : undefined;
  } catch {
    return undefined;
  }
};

/** Some serialisers write `null` for what a key does not have. */
const withoutNulls = (key: ReturnType<typeof safeJsonParse>) =>
  isJsonObject(key) ? Object.fromEntries(Object.entries(key).filter(([, value]) => value !== null)) : key;

const verifies = (value: unknown): value is Jwk => {
  const { use, key_ops: operations, alg, kid } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (use !== undefined && use !== 'sig') return false;
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify'))) return false;
  if (![alg, kid].every((name) => name === undefined || typeof name === 'string')) return false;
  try {
    const { asymmetricKeyDetails } = createPublicKey({ key: value as JsonWebKey, format: 'jwk' });
    return (asymmetricKeyDetails?.modulusLength ?? MIN_RSA_BITS) >= MIN_RSA_BITS;
  } catch {
    return false;
  }
};

/**
 * The key that a token is signed with by what its header says: of its `kid`, type, curve and algorithm; `undefined` where it
 * is not there. A token that names no key has one where one fits. Throws a TokenError for one whose key is for another
 * algorithm, and for one that names none where several fit.
 *
 * Its own `kid` becomes the material itself: under it the library keeps the key that it makes of it, and so neither a key
 * that was replaced under its name nor another one of that name is taken for it.
 */
export const findKey = ({ keys }: Jwks, { kid, alg = '' }: JwtHeader): JwkWithKid | undefined => {
  const named = kid === undefined ? keys : keys.filter((key) => key.kid === kid);
  const fitting = named.filter((key) => isKeyOf(key, alg));
  const [found] = fitting;
  if (kid === undefined) demand(fitting.length <= 1, 'kid');
  else demand(found !== undefined || named.length === 0, 'alg');
  return found && underOwnName(found);
};

const underOwnName = (key: Jwk): JwkWithKid => {
  const material = Object.fromEntries(MATERIAL.flatMap((name) => (key[name] === undefined ? [] : [[name, key[name]]])));
  return { ...material, kty: key.kty, kid: JSON.stringify(material) };
};
