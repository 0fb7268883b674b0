import { request as requestSecurely } from 'node:https';
import { urlToHttpOptions } from 'node:url';
import { type Jwks, type JwksCache, type JwkWithKid, SimpleJwksCache } from 'aws-jwt-verify/jwk';
import type { TokenRules } from '../config/config.ts';
import { exchange, type Limits } from './exchange.ts';
import { findKey, readKeySet } from './jwks.ts';
import { TokenError } from './tokenError.ts';

/** For the signing keys, twice at the most. */
const LIMITS: Limits = { connectionTimeout: 1_000, requestTimeout: 1_500 };

/** Milliseconds after which the keys are fetched again: as long as a key that was withdrawn or replaced is trusted. */
const MAX_AGE_MS = 600_000;

/** Milliseconds between two fetches for keys that are not there: whoever makes up a `kid` could cause as many. */
const FETCH_PAUSE_MS = 10_000;

/** Seconds a client is asked to wait when the keys could not be fetched. */
const RETRY_AFTER_SECONDS = 2;

/** There are no keys to verify with, as opposed to a token that does not hold. */
class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
  /** For the log: `key_fetch_404`, `key_fetch_timeout`, `key_fetch_econnrefused`, … */
  readonly code: string;
  /** Seconds. */
  readonly retryAfter: number;

  constructor(code: string, retryAfter = RETRY_AFTER_SECONDS, cause?: unknown) {
    super(code, { cause });
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** Whether an error says that there were no keys to verify with. */
export const isKeysUnavailable = (error: unknown): error is KeysUnavailable => error instanceof KeysUnavailable;

type KeySource = Pick<TokenRules, 'jwks' | 'jwksUri'>;

/**
 * The signing keys: fetched again when they are of age, and when a token names one that is not there, but not for each
 * such token. While they cannot be fetched, those that are there serve on.
 */
export const createKeyCache = (source: KeySource): JwksCache => new AgeingJwksCache(source);

const NO_KEYS: Jwks = { keys: [] };

class AgeingJwksCache extends SimpleJwksCache {
  /** Keys that are configured are all there are: no token has any fetched. */
  readonly #configured: boolean;
  #keys: Jwks | undefined;
  #fetchAtMs = 0;
  #pauseUntilMs = 0;

  constructor({ jwks, jwksUri }: KeySource) {
    super({
      fetcher: { fetch: jwks === null ? createFetch(jwksUri) : async () => new TextEncoder().encode(jwks).buffer },
      jwksParser: parse,
    });
    this.#configured = jwks !== null;
  }

  override async getJwks(uri: string): Promise<Jwks> {
    this.#fetchAtMs = this.#configured ? Number.POSITIVE_INFINITY : Date.now() + MAX_AGE_MS;
    this.#keys = await super.getJwks(uri);
    return this.#keys;
  }

  override async getJwk(...[uri, { header }]: Parameters<JwksCache['getJwk']>): Promise<JwkWithKid> {
    const former = this.#keys;
    if (former && Date.now() < this.#fetchAtMs) {
      const known = findKey(former, header);
      if (known) return known;
      this.#refuseToFetch();
    }
    let failure: unknown;
    const keys = await this.getJwks(uri).catch((error: unknown) => {
      failure = error;
      return former ?? NO_KEYS;
    });
    const found = findKey(keys, header);
    if (found) return found;
    if (failure) throw failure;
    this.#pauseUntilMs = Date.now() + FETCH_PAUSE_MS;
    throw new TokenError('kid');
  }

  /** A token of a key that is not there may still be good: another one may have been published since the last fetch. */
  #refuseToFetch(): void {
    if (this.#configured) throw new TokenError('kid');
    const pauseMs = this.#pauseUntilMs - Date.now();
    if (pauseMs > 0) throw new KeysUnavailable('key_fetch_pause', Math.ceil(pauseMs / 1_000));
  }
}

const parse = (bytes: ArrayBuffer): Jwks => {
  const keys = readKeySet(new TextDecoder().decode(bytes));
  if (!keys) throw new KeysUnavailable('key_set_malformed');
  return keys;
};

const createFetch = (jwksUri: string) => {
  // The configuration allows http on loopback only: no deployed function need load it.
  const request = jwksUri.startsWith('http:') ? process.getBuiltinModule('node:http').request : requestSecurely;
  const get = (uri: string) => exchange(request, urlToHttpOptions(new URL(uri)), '', LIMITS);
  return async (uri: string): Promise<ArrayBuffer> => {
    const { status, body } = await get(uri)
      .catch(() => get(uri))
      .catch((error: NodeJS.ErrnoException) => {
        const what = error.name === 'TimeoutError' ? 'timeout' : (error.code ?? 'failed').toLowerCase();
        throw new KeysUnavailable(`key_fetch_${what}`, undefined, error);
      });
    if (status !== 200) throw new KeysUnavailable(`key_fetch_${status}`);
    return new Uint8Array(body).buffer;
  };
};
