import { randomBytes, randomUUID } from 'node:crypto';
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { ApiError } from '../../lib/errors/errors.ts';
import { createDocumentClient } from '../../lib/storage/client.ts';
import { type Answer, createIdempotencyRecords } from '../../lib/storage/idempotencyRecords.ts';
import { fromSetup } from '../support/environment.ts';
import { at, NOW } from '../support/given.ts';

const client = createDocumentClient();
const answers = createIdempotencyRecords(client, fromSetup('TABLE_NAME'));
const request = (payloadHash = 'f') => ({
  userId: randomUUID(),
  key: 'k',
  payloadHash,
  encryptionKey: randomBytes(32),
  keptSeconds: 86_400,
});
const keep = (one: ReturnType<typeof request>, answer: Answer, now = NOW) =>
  client.send(new TransactWriteCommand({ TransactItems: [answers.keeping(one, answer, now)] }));

describe('kept answers', () => {
  it('are given again, messages and refusals alike', async () => {
    const one = request();
    expect(await answers.find(one, NOW)).toBeUndefined();
    await keep(one, { message: { details: { sequence: '1' } } });
    expect(await answers.find(one, NOW)).toEqual({ answer: { message: { details: { sequence: '1' } } } });

    const other = request();
    const refusal = new ApiError('SMS_TOO_SOON', { retryAfter: 7, metadata: { resendAt: 'later' } });
    await keep(other, { refusal });
    expect(await answers.find(other, NOW)).toMatchObject({
      answer: { refusal: { reason: 'SMS_TOO_SOON', retryAfter: 7, metadata: { resendAt: 'later' } } },
    });

    const proven = request();
    await keep(proven, { message: { details: {} }, claims: { jti: '1' } });
    expect(await answers.find(proven, NOW)).toEqual({ answer: { message: { details: {} }, claims: { jti: '1' } } });
  });

  it('are not given to another request', async () => {
    const one = request();
    await keep(one, { message: {} });
    expect(await answers.find({ ...one, payloadHash: 'other' }, NOW)).toEqual({ isOfAnother: true });
    expect(await answers.find({ ...one, userId: randomUUID() }, NOW)).toBeUndefined();
  });

  it('are written once, until they expire after 24 hours', async () => {
    const one = request();
    await keep(one, { message: { first: true } });
    await expect(keep(one, { message: { first: false } })).rejects.toMatchObject({
      name: 'TransactionCanceledException',
    });
    expect(await answers.find(one, at(86_399).now)).toEqual({ answer: { message: { first: true } } });
    expect(await answers.find(one, at(86_400).now)).toBeUndefined();
    await keep(one, { message: { first: false } }, at(86_400).now);
    expect(await answers.find(one, at(86_401).now)).toEqual({ answer: { message: { first: false } } });
  });

  it('are replaced when what followed was refused', async () => {
    const one = request();
    await keep(one, { message: {} });
    await answers.replace(one, { refusal: new ApiError('SMS_OPTED_OUT') }, NOW);
    expect(await answers.find(one, NOW)).toMatchObject({ answer: { refusal: { reason: 'SMS_OPTED_OUT' } } });
  });

  it('are not put there again by what followed, once they are gone with their user', async () => {
    const one = request();
    await expect(answers.replace(one, { refusal: new ApiError('SMS_OPTED_OUT') }, NOW)).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
    });
    expect(await answers.find(one, NOW)).toBeUndefined();
  });

  it('cannot be read in the table, where the same answer never looks the same', async () => {
    const one = request();
    const items = [1, 2].map(() => answers.keeping(one, { message: { proof: 'eyJhbGciOiJFUzI1NiJ9' } }, NOW).Put?.Item);
    const [first, second] = items.map((item) => Buffer.from(item?.answered).toString('latin1'));
    expect(first).not.toContain('proof');
    expect(first).not.toBe(second);
    await keep(one, { message: {} });
    await expect(answers.find({ ...one, encryptionKey: randomBytes(32) }, NOW)).rejects.toThrow();
  });

  it('are unavailable when storage is', async () => {
    await expect(answers.find(request(), NOW, AbortSignal.abort())).rejects.toMatchObject({
      reason: 'STORAGE_UNAVAILABLE',
    });
  });
});
