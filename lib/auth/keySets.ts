import { request as requestSecurely } from 'node:https';
import { urlToHttpOptions } from 'node:url';
import { FetchError, JwksValidationError, JwkValidationError, NonRetryableFetchError } from 'aws-jwt-verify/error';
import type { Fetcher } from 'aws-jwt-verify/https';
import { type Jwks, type JwksCache, type JwkWithKid, SimpleJwksCache } from 'aws-jwt-verify/jwk';
import type { TokenRules } from '../config/config.ts';
import { exchange, type Limits } from './exchange.ts';

/** For the signing keys, twice at the most. */
const LIMITS: Limits = { connectionTimeout: 1_000, requestTimeout: 1_500 };

/** Milliseconds after which the keys are fetched again: as long as a key that the issuer has withdrawn is trusted. */
const MAX_AGE = 600_000;

type KeySource = Pick<TokenRules, 'jwks' | 'jwksUri'>;

/**
 * The signing keys: fetched again when they are of age, and when a token names one that is not there, but not for each
 * such token. While they cannot be fetched, those that are there serve on.
 */
export const createKeyCache = (source: KeySource): JwksCache => new AgeingJwksCache({ fetcher: createFetcher(source) });

class AgeingJwksCache extends SimpleJwksCache {
  #goodUntil = Number.POSITIVE_INFINITY;

  override getJwks(uri: string): Promise<Jwks> {
    this.#goodUntil = Date.now() + MAX_AGE;
    return super.getJwks(uri);
  }

  override async getJwk(...[uri, token]: Parameters<JwksCache['getJwk']>): Promise<JwkWithKid> {
    if (Date.now() >= this.#goodUntil) await this.getJwks(uri).catch(() => {});
    return super.getJwk(uri, token);
  }
}

const createFetcher = ({ jwks, jwksUri }: KeySource): Fetcher => {
  // Keys that are configured are all there are: a token of another key must not have any fetched.
  if (jwks !== null) return { fetch: async () => new TextEncoder().encode(jwks).buffer };
  // The configuration allows http on loopback only: no deployed function need load it.
  const request = jwksUri.startsWith('http:') ? process.getBuiltinModule('node:http').request : requestSecurely;
  const fetch = async (uri: string): Promise<ArrayBuffer> => {
    const { status, body } = await exchange(request, urlToHttpOptions(new URL(uri)), '', LIMITS).catch((cause) => {
      throw new FetchError(uri, cause);
    });
    if (status !== 200) throw new NonRetryableFetchError(uri, `It was answered with ${status}`);
    return new Uint8Array(body).buffer;
  };
  return {
    fetch: (uri) =>
      fetch(uri).catch((error: unknown) => {
        if (error instanceof NonRetryableFetchError) throw error;
        return fetch(uri);
      }),
  };
};

const KEYS_UNAVAILABLE = [FetchError, JwksValidationError, JwkValidationError];

/** Whether an error says that there were no keys to verify with, as opposed to a token that does not hold. */
export const isKeysUnavailable = (error: unknown): boolean => KEYS_UNAVAILABLE.some((kind) => error instanceof kind);
