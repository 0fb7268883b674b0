import type { Jwk, JwksCache } from 'aws-jwt-verify/jwk';
import type { JwtHeader, JwtPayload } from 'aws-jwt-verify/jwt-model';
import { JwtVerifierBase, type JwtVerifierProperties, type VerifyProperties } from 'aws-jwt-verify/jwt-verifier';
import type { TokenRules } from '../config/config.ts';
import { ApiError } from '../errors/errors.ts';
import { unsignedToken } from '../http/unsignedToken.ts';
import { createKeyCache, isKeysUnavailable } from './keySets.ts';

/** Who the access token speaks for. */
export type Caller = {
  /** The token's subject. */
  readonly userId: string;
  /** The owner that the token names, if it names one. */
  readonly claimedOwner?: string;
  /** The phone that the identity provider has verified, E.164, where it is trusted with that. */
  readonly claimedPhone?: string;
};

/** Verifies the value of an Authorization header. */
export type Verifier = {
  /** Throws AUTHORIZATION_MISSING, ACCESS_TOKEN_INVALID, SCOPE_MISSING or SIGNING_KEYS_UNAVAILABLE. */
  verify(authorization: string | undefined): Promise<Caller>;
  /** Fetches the keys, and goes through the motions of checking a token. Throws when there are no keys. */
  warmUp(): Promise<void>;
};

/** RFC 6750, section 2.1; a comma, as of two headers folded into one, is no part of a token. */
const BEARER = /^Bearer +([\w.~+/-]+=*)$/i;

/** Characters of the longest header that is looked at: more than API Gateway lets through. */
const MAX_LENGTH = 16_384;

/** OpenID Connect Core, section 2: a subject is at most 255 ASCII characters. */
const SUBJECT = /^[\x20-\x7e]{1,255}$/;

/** Seconds a client is asked to wait when the signing keys could not be fetched. */
const RETRY_AFTER = 2;

/** A verifier of access tokens under the rules. */
export const createVerifier = (rules: TokenRules): Verifier => {
  const jwksCache = createKeyCache(rules);
  const jwtVerifier = new IssuerFirstVerifier(
    {
      issuer: rules.issuer,
      audience: rules.audiences && [...rules.audiences],
      jwksUri: rules.jwksUri,
      customJwtCheck({ header, payload, jwk }) {
        assertKeyType(header, jwk);
        assertAccessToken(header, payload, rules);
      },
    },
    jwksCache,
  );

  return {
    async verify(authorization) {
      const payload = await jwtVerifier.verify(bearerToken(authorization)).catch((error: unknown) => {
        throw tokenRefusal(error);
      });
      const owner = payload[rules.ownerClaim];
      const phone = rules.trustsPhone ? verifiedPhone(payload) : undefined;
      return {
        userId: payload.sub as string,
        ...(owner !== undefined && { claimedOwner: owner as string }),
        ...(phone !== undefined && { claimedPhone: phone }),
      };
    },

    async warmUp() {
      const { keys } = await jwksCache.getJwks(rules.jwksUri);
      // Under a kid that is there: an unknown one would keep the keys from being fetched for a while.
      const token = keys[0] && unsignedToken(keys[0], rules.issuer);
      if (token) await jwtVerifier.verify(token).catch(() => {});
    },
  };
};

/** The library fetches keys before it looks at the issuer, and keeps a key for each issuer that it is told of. */
class IssuerFirstVerifier extends JwtVerifierBase<Checks, JwtVerifierProperties<Checks>, false> {
  // The library's own is protected.
  constructor(checks: JwtVerifierProperties<Checks>, cache: JwksCache) {
    super(checks, cache);
  }

  protected override getVerifyParameters(token: string) {
    const parameters = super.getVerifyParameters(token);
    demand(parameters.decomposedJwt.payload.iss === parameters.verifyProperties.issuer, 'another issuer');
    return parameters;
  }
}

type Checks = { [Name in keyof VerifyProperties]?: VerifyProperties[Name] };

const bearerToken = (authorization: string | undefined): string => {
  const header = authorization?.trim();
  if (!header) throw new ApiError('AUTHORIZATION_MISSING');
  const token = header.length <= MAX_LENGTH ? BEARER.exec(header)?.[1] : undefined;
  if (token === undefined) throw new ApiError('ACCESS_TOKEN_INVALID');
  return token;
};

/** A claim or header that does not hold; the text is for the log. */
class ClaimError extends Error {}

const demand = (holds: boolean, what: string): void => {
  if (!holds) throw new ClaimError(what);
};

/** `kty` of the key (RFC 7518, section 6; RFC 8037) by what the name of the algorithm begins with. */
const KEY_TYPES: ReadonlyMap<string, string> = new Map([
  ['RS', 'RSA'],
  ['ES', 'EC'],
  ['Ed', 'OKP'],
]);

/** A key that names no algorithm of its own would else verify under any that the token names. */
const assertKeyType = ({ alg = '' }: JwtHeader, { kty }: Jwk): void =>
  demand(KEY_TYPES.get(alg.slice(0, 2)) === kty, 'an algorithm for another type of key');

const ACCESS_TOKEN_TYPES = new Set(['jwt', 'at+jwt', 'application/at+jwt']);

/** Claims that only an ID token carries (OpenID Connect Core, sections 2 and 3.3.2.11). */
const ID_TOKEN_CLAIMS = ['nonce', 'at_hash', 'c_hash', 's_hash'];

const assertAccessToken = (header: JwtHeader, payload: JwtPayload, rules: TokenRules): void => {
  demand(header.crit === undefined, 'an extension that must be understood (RFC 7515, 4.1.11)');
  demand(ACCESS_TOKEN_TYPES.has(String(header.typ ?? 'JWT').toLowerCase()), 'another type of token');
  demand(!ID_TOKEN_CLAIMS.some((claim) => claim in payload), 'an ID token');
  demand(['Bearer', undefined].includes(payload.typ as string | undefined), 'another type of token (Keycloak)');
  demand(['access', undefined].includes(payload.token_use as string | undefined), 'an ID token (Cognito)');
  demand(payload.exp !== undefined, 'no expiry');
  demand(typeof payload.sub === 'string' && SUBJECT.test(payload.sub), 'no subject, or one that is not of the form');
  const owner = payload[rules.ownerClaim];
  demand(owner === undefined || (typeof owner === 'string' && owner !== ''), 'an owner that is not a name');
  if (rules.clientIds) {
    demand(payload.token_use === 'access', 'not an access token of Cognito');
    demand(rules.clientIds.includes(payload.client_id as string), 'another client');
  }
  if (rules.scope !== null && !scopesOf(payload).includes(rules.scope)) throw new ApiError('SCOPE_MISSING');
};

/** OpenID Connect Core, section 5.1; only a number in E.164 is taken, since no other says its country. */
const verifiedPhone = ({ phone_number: phone, phone_number_verified: verified }: JwtPayload): string | undefined =>
  verified === true && typeof phone === 'string' && /^\+[1-9]\d{6,14}$/.test(phone) ? phone : undefined;

const scopesOf = ({ scope, scp }: JwtPayload): readonly unknown[] =>
  Array.isArray(scp) ? scp : String(scope ?? scp ?? '').split(' ');

const tokenRefusal = (cause: unknown): ApiError => {
  if (cause instanceof ApiError) return cause;
  return isKeysUnavailable(cause)
    ? new ApiError('SIGNING_KEYS_UNAVAILABLE', { retryAfter: RETRY_AFTER, cause })
    : new ApiError('ACCESS_TOKEN_INVALID', { cause });
};
