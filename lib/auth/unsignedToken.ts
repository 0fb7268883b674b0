import type { Jwk } from 'aws-jwt-verify/jwk';
import { ALGORITHM_NAMES, isKeyOf } from './algorithms.ts';

const base64url = (text: string): string => Buffer.from(text).toString('base64url');

/** A token that says it is signed by a key, which it is not: checking it takes every step up to the refusal. */
export const unsignedToken = (key: Jwk, iss: string): string => {
  const header = { alg: ALGORITHM_NAMES.find((name) => isKeyOf(key, name)), kid: key.kid };
  return [JSON.stringify(header), JSON.stringify({ iss }), '\0'.repeat(256)].map(base64url).join('.');
};
