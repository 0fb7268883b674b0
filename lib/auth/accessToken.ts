import {
  JwtExpiredError,
  JwtInvalidAudienceError,
  JwtInvalidSignatureError,
  JwtNotBeforeError,
} from 'aws-jwt-verify/error';
import type { JwksCache } from 'aws-jwt-verify/jwk';
import type { JwtHeader, JwtPayload } from 'aws-jwt-verify/jwt-model';
import { JwtVerifierBase, type JwtVerifierProperties, type VerifyProperties } from 'aws-jwt-verify/jwt-verifier';
import type { TokenRules } from '../config/config.ts';
import { isUserId } from '../domain/userId.ts';
import { ApiError } from '../errors/errors.ts';
import { assertAccessToken, scopesOf } from './accessTokenKind.ts';
import { libraryName } from './algorithms.ts';
import type { Caller, UserCaller } from './callers.ts';
import { decompose } from './jwt.ts';
import { createKeyCache, isKeysUnavailable } from './keySets.ts';
import { serviceOf } from './services.ts';
import { demand, TokenError, type TokenFault } from './tokenError.ts';
import { unsignedToken } from './unsignedToken.ts';

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

/** Seconds by which the clock of an identity provider may be ahead of this one. */
const LEEWAY_SECONDS = 5;

/** A verifier of access tokens under the rules. */
export const createVerifier = (rules: TokenRules): Verifier => {
  const jwksCache = createKeyCache(rules);
  const jwtVerifier = new AccessTokenVerifier(rules, jwksCache);

  return {
    async verify(authorization) {
      const payload = await jwtVerifier.verify(bearerToken(authorization)).catch((error: unknown) => {
        throw tokenRefusal(error);
      });
      return serviceOf(payload, rules) ?? userOf(payload, rules);
    },

    async warmUp() {
      if (rules.trustsPhone) await claimedPhone();
      const { keys } = await jwksCache.getJwks(rules.jwksUri);
      // Under a key that is there: an unknown one would keep the keys from being fetched for a while.
      const token = keys[0] && unsignedToken(keys[0], rules.issuer);
      if (token) await jwtVerifier.verify(token).catch(() => {});
    },
  };
};

type Checks = { [Name in keyof VerifyProperties]?: VerifyProperties[Name] };

/** Looks at the issuer and the algorithm before it fetches keys, which the library does first. */
class AccessTokenVerifier extends JwtVerifierBase<Checks, JwtVerifierProperties<Checks>, false> {
  readonly #rules: TokenRules;

  constructor(rules: TokenRules, cache: JwksCache) {
    super(
      {
        issuer: rules.issuer,
        audience: rules.audiences && [...rules.audiences],
        jwksUri: rules.jwksUri,
        graceSeconds: LEEWAY_SECONDS,
        customJwtCheck: ({ header, payload }) => assertRules(header, payload, rules),
      },
      cache,
    );
    this.#rules = rules;
  }

  protected override getVerifyParameters(token: string) {
    const { header, payload, ...parts } = decompose(token);
    const { alg = '' } = header;
    demand(payload.iss === this.#rules.issuer, 'issuer');
    demand(header.crit === undefined, 'crit');
    demand(this.#rules.algorithms.includes(alg), 'alg');
    const verifyProperties = this.getIssuerConfig();
    return {
      decomposedJwt: { ...parts, payload, header: { ...header, alg: libraryName(alg) } },
      jwksUri: verifyProperties.jwksUri,
      verifyProperties,
    };
  }
}

const bearerToken = (authorization: string | undefined): string => {
  const header = authorization?.trim();
  if (!header) throw new ApiError('AUTHORIZATION_MISSING');
  const token = header.length <= MAX_LENGTH ? BEARER.exec(header)?.[1] : undefined;
  if (token === undefined) throw tokenRefusal(new TokenError('malformed'));
  return token;
};

/** The rules that are none of the library's: it knows no strict `exp`, and neither what a token is for nor who it is of. */
const assertRules = (header: JwtHeader, payload: JwtPayload, rules: TokenRules): void => {
  const { exp, nbf, sub } = payload;
  demand(typeof exp === 'number' && exp > Date.now() / 1_000, 'expired');
  demand(nbf === undefined || typeof nbf === 'number', 'not_yet_valid');
  assertAccessToken(header, payload, rules.tokenType);
  demand(isUserId(sub), 'subject');
  const owner = payload[rules.ownerClaim] ?? undefined;
  demand(owner === undefined || (typeof owner === 'string' && owner !== ''), 'owner');
  if (rules.clientIds) {
    demand(payload.token_use === 'access', 'token_use');
    demand(rules.clientIds.includes(payload.client_id as string), 'client_id');
  }
  demand(rules.scope === null || scopesOf(payload).includes(rules.scope), 'scope');
};

const userOf = async (payload: JwtPayload, { ownerClaim, trustsPhone }: TokenRules): Promise<UserCaller> => {
  const owner = payload[ownerClaim] ?? undefined;
  const phone = trustsPhone ? (await claimedPhone()).readClaimedPhone(payload) : undefined;
  return {
    kind: 'user',
    userId: payload.sub as string,
    ...(owner !== undefined && { claimedOwner: owner as string }),
    ...(phone !== undefined && { claimedPhone: phone }),
    ...authenticationOf(payload),
  };
};

/** Left outside of a bundle, and never asked for, where claims are not trusted (infra/plugins/bundleOptions.ts). */
const claimedPhone = () => import('./claimedPhone.ts');

/** RFC 9068, section 2.2.1. */
const authenticationOf = ({ acr, amr, auth_time: authTime }: JwtPayload): Pick<UserCaller, 'authentication'> =>
  typeof authTime === 'number'
    ? {
        authentication: {
          authTime,
          ...(typeof acr === 'string' && { acr }),
          amr: Array.isArray(amr) ? amr.filter((method) => typeof method === 'string') : [],
        },
      }
    : {};

/** What the library's errors mean. */
const FAULTS: readonly (readonly [error: abstract new (...args: never[]) => Error, fault: TokenFault])[] = [
  [JwtExpiredError, 'expired'],
  [JwtNotBeforeError, 'not_yet_valid'],
  [JwtInvalidAudienceError, 'audience'],
  [JwtInvalidSignatureError, 'signature'],
];

const tokenRefusal = (error: unknown): ApiError => {
  if (isKeysUnavailable(error)) {
    return new ApiError('SIGNING_KEYS_UNAVAILABLE', { retryAfter: error.retryAfter, cause: error });
  }
  const fault = FAULTS.find(([kind]) => error instanceof kind)?.[1] ?? 'malformed';
  const cause = error instanceof TokenError ? error : new TokenError(fault, error);
  return new ApiError(cause.code === 'scope' ? 'SCOPE_MISSING' : 'ACCESS_TOKEN_INVALID', { cause });
};
