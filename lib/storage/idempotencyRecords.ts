import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { sendOptions } from '../aws/clientOptions.ts';
import { secondsAfter } from '../domain/time.ts';
import { ApiError } from '../errors/errors.ts';
import { storageFailure } from './failures.ts';
import { answerKey } from './keys.ts';
import { timeToLive } from './timeToLive.ts';
import type { Write } from './transaction.ts';

/** What a write was answered: a message, with the claims of a proof where there is one, or a refusal that was recorded. */
export type Answer = { readonly message: object; readonly claims?: object } | { readonly refusal: ApiError };

/** A request that may be repeated: its key, and a digest that tells it from another one under the key. */
export type IdempotentRequest = {
  readonly userId: string;
  readonly key: string;
  readonly payloadHash: string;
  /** What its answer is encrypted with, 32 bytes that are nowhere in the table. */
  readonly encryptionKey: Buffer;
  /** How long its answer is kept. */
  readonly keptSeconds: number;
};

/** What is kept under a key: the answer to this request, or something about another one. */
export type Kept = { readonly answer: Answer } | { readonly isOfAnother: true };

/** Answers to writes, kept under the caller's Idempotency-Key. */
export type IdempotencyRecords = {
  /** What is kept under the key of a request, if anything is. Throws STORAGE_UNAVAILABLE. */
  find(request: IdempotentRequest, now: Date, signal?: AbortSignal): Promise<Kept | undefined>;
  /** The write that keeps an answer, for the transaction that it is the answer to. */
  keeping(request: IdempotentRequest, answer: Answer, now: Date): Write;
  /** Replaces a kept answer, where what followed the transaction was refused. */
  replace(request: IdempotentRequest, answer: Answer, now: Date): Promise<void>;
};

/** Idempotency records in the table; pure but for `find` and `replace`. */
export const createIdempotencyRecords = (client: DynamoDBDocumentClient, table: string): IdempotencyRecords => {
  const item = (request: IdempotentRequest, answer: Answer, now: Date) => {
    const { userId, key, payloadHash, encryptionKey, keptSeconds } = request;
    const expiresAt = secondsAfter(now, keptSeconds);
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
      if (kept.payloadHash !== payloadHash) return { isOfAnother: true };
      const { refusal, ...answer } = JSON.parse(decrypt(encryptionKey, kept.answered)) as Plain;
      return { answer: refusal ? { refusal: new ApiError(refusal.reason, refusal) } : (answer as Answer) };
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
      // Only what is there is replaced: the user may have been erased since.
      const ConditionExpression = 'attribute_exists(pk)';
      await client.send(new PutCommand({ TableName: table, Item: item(request, answer, now), ConditionExpression }));
    },
  };
};

type Plain =
  | { readonly message: object; readonly claims?: object; readonly refusal?: undefined }
  | { readonly refusal: Refusal };
type Refusal = Pick<ApiError, 'reason' | 'metadata'> & { readonly retryAfter?: number };

const plain = (answer: Answer): Plain => {
  if ('message' in answer) return answer;
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
