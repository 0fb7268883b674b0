import type { DecomposedJwt } from 'aws-jwt-verify/jwt';
import { isJsonObject, safeJsonParse } from 'aws-jwt-verify/safe-json-parse';
import { TokenError } from './tokenError.ts';

/** JWS Compact Serialization (RFC 7515, sections 7.1 and 2: base64url without padding). */
const COMPACT = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/;

/**
 * The parts of a token, unverified. Throws a TokenError.
 *
 * The library's own `decomposeUnverifiedJwt` refuses tokens for the type of claims that nobody asks for, a `scope` that is
 * a list for one. What is asked for here is tested where it is read.
 */
export const decompose = (token: string): DecomposedJwt => {
  const [, headerB64 = '', payloadB64 = '', signatureB64 = ''] = COMPACT.exec(token) ?? [];
  const header = objectIn(headerB64);
  const { alg, kid } = header;
  if (typeof alg !== 'string' || (kid !== undefined && typeof kid !== 'string')) throw new TokenError('malformed');
  return {
    header: { ...header, alg, ...(kid !== undefined && { kid }) },
    headerB64,
    payload: objectIn(payloadB64),
    payloadB64,
    signatureB64,
  } as DecomposedJwt;
};

const objectIn = (base64url: string) => {
  let value: ReturnType<typeof safeJsonParse>;
  try {
    value = safeJsonParse(Buffer.from(base64url, 'base64url').toString());
  } catch {
    throw new TokenError('malformed');
  }
  if (!isJsonObject(value)) throw new TokenError('malformed');
  return value;
};
