import { createHmac } from 'node:crypto';
import { ApiError } from '../errors/errors.ts';
import type { IdempotentRequest } from '../storage/idempotencyRecords.ts';

/** The key as a structured-field string (RFC 9651, section 3.3.3), or bare. */
const KEY = /^(?:"((?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\]){1,255})"|([\x21\x23-\x2b\x2d-\x5b\x5d-\x7e]{1,255}))$/;

/**
 * The request under its Idempotency-Key (draft-ietf-httpapi-idempotency-key-header), if it has one.
 *
 * A request may hold a guessed code, and an answer a proof, so nothing of them is stored but hashes and ciphertext under
 * the caller's key, which itself is not stored: a dump of the table gives neither. Throws IDEMPOTENCY_KEY_INVALID.
 */
export const readIdempotencyKey = (
  header: string | undefined,
  userId: string,
  rpc: string,
  input: unknown,
): IdempotentRequest | undefined => {
  if (header === undefined) return undefined;
  const match = KEY.exec(header.trim());
  const secret = match?.[1]?.replace(/\\(["\\])/g, '$1') ?? match?.[2];
  if (secret === undefined) throw new ApiError('IDEMPOTENCY_KEY_INVALID');
  const mac = (...what: unknown[]) => createHmac('sha256', secret).update(JSON.stringify(what)).digest();
  return {
    userId,
    key: mac('key', userId).toString('base64'),
    payloadHash: mac('request', userId, rpc, input).toString('base64'),
    encryptionKey: mac('answer', userId),
  };
};
