import { randomUUID } from 'node:crypto';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { createDocumentClient } from '../../lib/storage/client.ts';
import { createEventLog } from '../../lib/storage/eventLog.ts';
import { eventKey, userPartition } from '../../lib/storage/keys.ts';
import { fromSetup } from '../support/environment.ts';

const TableName = fromSetup('TABLE_NAME');
const client = createDocumentClient();
const log = createEventLog(client, TableName);

describe('the log of a user', () => {
  it('is read in pages, from after the last one', async () => {
    const user = randomUUID();
    for (const sequence of [1, 2, 3]) {
      const Item = { pk: userPartition(user), sk: eventKey(sequence), sequence };
      await client.send(new PutCommand({ TableName, Item }));
    }
    expect(await log.page(user, 0, 2)).toEqual({ events: [{ sequence: 1 }, { sequence: 2 }], last: 2 });
    expect(await log.page(user, 2, 2)).toEqual({ events: [{ sequence: 3 }] });
    expect(await log.page(randomUUID(), 0, 2)).toEqual({ events: [] });
  });

  it('is unavailable when storage is', async () => {
    await expect(log.page('somebody', 0, 2, AbortSignal.abort())).rejects.toMatchObject({
      reason: 'STORAGE_UNAVAILABLE',
    });
  });

  it('is not taken for empty because of an answer that is none', async () => {
    const silent = createDocumentClient();
    silent.middlewareStack.add(() => () => Promise.resolve({ output: { $metadata: {} }, response: {} }), {
      step: 'initialize',
    });
    await expect(createEventLog(silent, TableName).page('somebody', 0, 2)).rejects.toMatchObject({
      reason: 'INTERNAL',
    });
  });
});
