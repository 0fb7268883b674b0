import { randomUUID } from 'node:crypto';
import { DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll } from 'vitest';
import { createTable } from '../../infra/local/table.ts';
import { fromSetup } from './environment.ts';

/** Makes a table until the test file ends: counters of countries and of the service are those of everybody in a table. */
export const ownTable = async (): Promise<string> => {
  const endpoint = fromSetup('AWS_ENDPOINT_URL_DYNAMODB');
  const table = `otp-sms-factor-test-${randomUUID()}`;
  await createTable(endpoint, table);
  afterAll(async () => {
    const client = new DynamoDBClient({ endpoint });
    await client.send(new DeleteTableCommand({ TableName: table }));
    client.destroy();
  });
  return table;
};
