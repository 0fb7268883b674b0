import { createHash } from 'node:crypto';
import { DomainError } from '../domain/errors.ts';
import type { Repeatable } from '../storage/answers.ts';

/** The key as a structured-field string (RFC 9651, section 3.3.3), or bare. */
const KEY = /^(?:"((?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\]){1,255})"|([\x21\x23-\x2b\x2d-\x5b\x5d-\x7e]{1,255}))$/;

/**
 * The request under its Idempotency-Key (draft-ietf-httpapi-idempotency-key-header), if it has one.
 *
 * Throws IDEMPOTENCY_KEY_INVALID.
 */
export const readIdempotencyKey = (
  header: string | undefined,
  userId: string,
  rpc: string,
  input: unknown,
): Repeatable | undefined => {
  if (header === undefined) return undefined;
  const match = KEY.exec(header.trim());
  const key = match?.[1]?.replace(/\\(["\\])/g, '$1') ?? match?.[2];
  if (key === undefined) throw new DomainError('IDEMPOTENCY_KEY_INVALID');
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([rpc, input]))
    .digest('base64');
  return { userId, key, fingerprint };
};
