import { get as getHttps } from 'node:https';
import { FetchError, JwksValidationError, JwkValidationError, NonRetryableFetchError } from 'aws-jwt-verify/error';
import type { Fetcher } from 'aws-jwt-verify/https';
import { type Jwks, type JwksCache, type JwkWithKid, SimpleJwksCache } from 'aws-jwt-verify/jwk';
import type { TokenRules } from '../config.ts';

/** Milliseconds to wait for the signing keys, twice at the most. */
const FETCH_TIMEOUT = 1_500;

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
  const get = jwksUri.startsWith('http:') ? process.getBuiltinModule('node:http').get : getHttps;
  return {
    fetch: (uri) =>
      fetchOnce(get, uri).catch((error: unknown) => {
        if (error instanceof NonRetryableFetchError) throw error;
        return fetchOnce(get, uri);
      }),
  };
};

/** What the library's own fetcher does, without its pipeline of streams: that takes 2 ms of every start. */
const fetchOnce = (get: typeof getHttps, uri: string): Promise<ArrayBuffer> =>
  new Promise((resolve, reject) => {
    const fail = (cause: Error) => {
      clearTimeout(timer);
      request.destroy();
      reject(cause instanceof FetchError ? cause : new FetchError(uri, cause));
    };
    const request = get(uri, (response) => {
      const { statusCode } = response;
      if (statusCode !== 200) return fail(new NonRetryableFetchError(uri, `It was answered with ${statusCode}`));
      const chunks: Buffer[] = [];
      response.on('error', fail);
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        clearTimeout(timer);
        resolve(new Uint8Array(Buffer.concat(chunks)).buffer);
      });
    });
    const timer = setTimeout(() => fail(new FetchError(uri, 'There was no answer in time')), FETCH_TIMEOUT);
    request.on('error', fail);
  });

const KEYS_UNAVAILABLE = [FetchError, JwksValidationError, JwkValidationError];

/** Whether an error says that there were no keys to verify with, as opposed to a token that does not hold. */
export const isKeysUnavailable = (error: unknown): boolean => KEYS_UNAVAILABLE.some((kind) => error instanceof kind);
