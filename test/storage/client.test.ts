import { readFile } from 'node:fs/promises';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createDocumentClient } from '../../lib/storage/client.ts';
import { someone } from '../support/api.ts';
import { fromSetup } from '../support/environment.ts';

const TableName = fromSetup('TABLE_NAME');
const client = createDocumentClient();

/** The part of the SDK's HTTP handler that tells its settings. */
type Handler = {
  httpHandlerConfigs(): {
    readonly connectionTimeout: number;
    readonly requestTimeout: number;
    readonly socketTimeout: number;
    readonly throwOnRequestTimeout: boolean;
  };
};

/** The limits the client works under; its handler knows them once it has sent something. */
const limits = async () => {
  await client.send(new GetCommand({ TableName, Key: { pk: someone(), sk: 'NOTHING' } }));
  const handler = client.config.requestHandler as unknown as Handler;
  return { ...handler.httpHandlerConfigs(), attempts: await client.config.maxAttempts() };
};

/** Milliseconds that a deployed function has. */
const functionTimeout = async (): Promise<number> => {
  const serverless = parse(await readFile(new URL('../../serverless.yml', import.meta.url), 'utf8'));
  return serverless.provider.timeout * 1_000;
};

describe('the DynamoDB client', () => {
  it('has the time for all of its attempts inside the time of the function, with a third of it to spare', async () => {
    const { attempts, requestTimeout } = await limits();

    expect(attempts).toBeGreaterThan(1);
    expect(requestTimeout).toBeGreaterThan(0);
    expect(attempts * requestTimeout).toBeLessThanOrEqual((await functionTimeout()) * (2 / 3));
  });

  it('gives an attempt up instead of warning about it, also while it connects or half-way through the answer', async () => {
    const { connectionTimeout, requestTimeout, socketTimeout, throwOnRequestTimeout } = await limits();

    expect(throwOnRequestTimeout).toBe(true);
    expect(connectionTimeout).toBeGreaterThan(0);
    expect(connectionTimeout).toBeLessThanOrEqual(requestTimeout);
    expect(socketTimeout).toBe(requestTimeout);
  });

  it('leaves out what is undefined', async () => {
    const Key = { pk: someone(), sk: 'UNDEFINED' };

    await client.send(new PutCommand({ TableName, Item: { ...Key, present: { deep: 1, absent: undefined } } }));

    const { Item } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
    expect(Item).toEqual({ ...Key, present: { deep: 1 } });
    expect(Item?.present).not.toHaveProperty('absent');
  });
});
