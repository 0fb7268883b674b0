import { createHmac } from 'node:crypto';
import { ApiError } from '../errors/errors.ts';
import type { IdempotentRequest } from '../storage/idempotencyRecords.ts';

/** A structured-field string (RFC 9651, section 3.3.3), whose parameters are nothing to us, or the bare key. */
const KEY =
  /^(?:"((?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\]){1,255})" *(?:;[\x20-\x2b\x2d-\x7e]*)?|([\x21\x23-\x2b\x2d-\x5b\x5d-\x7e]{1,255}))$/;

/** Seconds that an answer is kept for its repetition, and one that is as good as a sign-in. */
const KEPT_SECONDS = 86_400;
const KEPT_OF_SESSION_SECONDS = 120;

/** What a key is for. */
export type Keyed = {
  readonly userId: string;
  readonly rpc: string;
  readonly input: unknown;
  /** Who asks, where the answer is for nobody else: a service, or a user's access token. */
  readonly asker: string | undefined;
  /** Whether the answer is as good as a sign-in. */
  readonly ofSession: boolean;
};

/**
 * The request under its Idempotency-Key (draft-ietf-httpapi-idempotency-key-header), if it has one.
 *
 * A request may hold a guessed code, and an answer a proof, so nothing of them is stored but hashes and ciphertext under
 * the caller's key, which itself is not stored: a dump of the table gives neither. Throws IDEMPOTENCY_KEY_INVALID.
 */
export const readIdempotencyKey = (
  header: string | undefined,
  { userId, rpc, input, asker, ofSession }: Keyed,
): IdempotentRequest | undefined => {
  if (header === undefined) return undefined;
  const match = KEY.exec(header.trim());
  const secret = match?.[1]?.replace(/\\(["\\])/g, '$1') ?? match?.[2];
  if (secret === undefined) throw new ApiError('IDEMPOTENCY_KEY_INVALID');
  const mac = (...what: unknown[]) => createHmac('sha256', secret).update(JSON.stringify(what)).digest();
  return {
    userId,
    key: mac('key', userId).toString('base64'),
    payloadHash: mac('request', userId, rpc, input, asker ?? null).toString('base64'),
    encryptionKey: mac('answer', userId),
    keptSeconds: ofSession ? KEPT_OF_SESSION_SECONDS : KEPT_SECONDS,
  };
};
