import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { sendOptions } from '../aws/clientOptions.ts';
import { secondsAfter } from '../domain/time.ts';
import { ApiError } from '../errors/errors.ts';
import { storageFailure } from './failures.ts';
import { answerKey } from './keys.ts';
import { timeToLive } from './timeToLive.ts';
import type { Write } from './transaction.ts';

/** Seconds that an answer is kept for its repetition. */
const KEPT = 86_400;

/** What a write was answered: a message, or a refusal that was recorded. */
export type Answer = { readonly message: object } | { readonly refusal: ApiError };

/** A request that may be repeated: its key, and a digest that tells it from another one under the key. */
export type IdempotentRequest = {
  readonly userId: string;
  readonly key: string;
  readonly payloadHash: string;
  /** What its answer is encrypted with, 32 bytes that are nowhere in the table. */
  readonly encryptionKey: Buffer;
};

/** IdempotencyRecords to writes, kept under the caller's Idempotency-Key. */
export type IdempotencyRecords = {
  /** The first answer to the request, if there was one. Throws IDEMPOTENCY_KEY_REUSED for another request. */
  find(request: IdempotentRequest, now: Date, signal?: AbortSignal): Promise<Answer | undefined>;
  /** The write that keeps an answer, for the transaction that it is the answer to. */
  keeping(request: IdempotentRequest, answer: Answer, now: Date): Write;
  /** Replaces a kept answer, where what followed the transaction was refused. */
  replace(request: IdempotentRequest, answer: Answer, now: Date): Promise<void>;
};

/** IdempotencyRecords in the table; pure but for `find` and `replace`. */
export const createIdempotencyRecords = (client: DynamoDBDocumentClient, table: string): IdempotencyRecords => {
  const item = ({ userId, key, payloadHash, encryptionKey }: IdempotentRequest, answer: Answer, now: Date) => {
    const expiresAt = secondsAfter(now, KEPT);
    const answered = encrypt(encryptionKey, JSON.stringify(plain(answer)));
    return { ...answerKey(userId, key), payloadHash, answered, expiresAt, ...timeToLive(expiresAt) };
  };
  return {
    async find({ userId, key, payloadHash, encryptionKey }, now, signal) {
      const get = new GetCommand({ TableName: table, Key: answerKey(userId, key), ConsistentRead: true });
      const { Item: kept } = await client.send(get, sendOptions(signal)).catch((error: unknown) => {
        throw storageFailure(error);
      });
      if (!kept || (kept.expiresAt as string) <= now.toISOString()) return undefined;
      if (kept.payloadHash !== payloadHash) throw new ApiError('IDEMPOTENCY_KEY_REUSED');
      const { message, refusal } = JSON.parse(decrypt(encryptionKey, kept.answered)) as Plain;
      return refusal ? { refusal: new ApiError(refusal.reason, refusal) } : { message };
    },

    keeping: (request, answer, now) => ({
      Put: {
        TableName: table,
        Item: item(request, answer, now),
        ConditionExpression: 'attribute_not_exists(pk) OR expiresAt <= :now',
        ExpressionAttributeValues: { ':now': now.toISOString() },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    }),

    async replace(request, answer, now) {
      await client.send(new PutCommand({ TableName: table, Item: item(request, answer, now) }));
    },
  };
};

type Plain =
  | { readonly message: object; readonly refusal?: undefined }
  | { readonly message?: undefined; readonly refusal: Refusal };
type Refusal = Pick<ApiError, 'reason' | 'metadata'> & { readonly retryAfter?: number };

const plain = (answer: Answer): Plain => {
  if ('message' in answer) return { message: answer.message };
  const { reason, metadata, retryAfter } = answer.refusal;
  return { refusal: { reason, metadata, ...(retryAfter !== undefined && { retryAfter }) } };
};

const CIPHER = 'aes-256-gcm';

/** Bytes of the nonce, new for each text, and of the tag, both of which stand before the text (NIST SP 800-38D). */
const [NONCE, TAG] = [12, 16];

const encrypt = (key: Buffer, text: string): Uint8Array => {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv(CIPHER, key, nonce);
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
};

const decrypt = (key: Buffer, sealed: Uint8Array): string => {
  const nonce = sealed.subarray(0, NONCE);
  const cipher = createDecipheriv(CIPHER, key, nonce).setAuthTag(sealed.subarray(NONCE, NONCE + TAG));
  return Buffer.concat([cipher.update(sealed.subarray(NONCE + TAG)), cipher.final()]).toString();
};
