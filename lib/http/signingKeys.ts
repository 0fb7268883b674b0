import { Agent } from 'node:http';
import { FetchError, JwksValidationError, JwkValidationError } from 'aws-jwt-verify/error';
import { SimpleFetcher } from 'aws-jwt-verify/https';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import type { TokenRules } from '../config.ts';

/** Milliseconds to wait for the signing keys, twice at the most. */
const FETCH_TIMEOUT = 1_500;

type KeySource = Pick<TokenRules, 'jwks' | 'jwksUri'>;

/** The signing keys: fetched once, again when a token names one that is not there, but not for each such token. */
export const createKeyCache = (source: KeySource): SimpleJwksCache =>
  new SimpleJwksCache({ fetcher: createFetcher(source) });

const createFetcher = ({ jwks, jwksUri }: KeySource) => {
  // Keys that are configured are all there are: a token of another key must not have any fetched.
  if (jwks !== null) return { fetch: async () => new TextEncoder().encode(jwks).buffer };
  return new SimpleFetcher({
    defaultRequestOptions: {
      responseTimeout: FETCH_TIMEOUT,
      // The library speaks https only; an http agent makes it speak http, which the configuration allows on loopback.
      ...(jwksUri.startsWith('http:') && { agent: new Agent() }),
    },
  });
};

const KEYS_UNAVAILABLE = [FetchError, JwksValidationError, JwkValidationError];

/** Whether an error says that there were no keys to verify with, as opposed to a token that does not hold. */
export const isKeysUnavailable = (error: unknown): boolean => KEYS_UNAVAILABLE.some((kind) => error instanceof kind);
