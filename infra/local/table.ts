import { readFile } from 'node:fs/promises';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  ResourceInUseException,
  type TimeToLiveSpecification,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { parse } from 'yaml';

type TableProperties = Pick<CreateTableCommandInput, 'AttributeDefinitions' | 'KeySchema' | 'BillingMode'> & {
  readonly TimeToLiveSpecification: TimeToLiveSpecification;
};

/** Milliseconds: an endpoint that swallows requests is told from one that works. */
const REQUEST_LIMITS = { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true };

const deployedTable = async (): Promise<TableProperties> => {
  const template = parse(await readFile(new URL('../table.yml', import.meta.url), 'utf8'));
  return template.Resources.Table.Properties;
};

/** Creates the deployed table, as its CloudFormation resource describes it, at another endpoint; one that is there stays. */
export const createTable = async (endpoint: string, table: string): Promise<void> => {
  const client = new DynamoDBClient({ endpoint, maxAttempts: 2, requestHandler: REQUEST_LIMITS });
  const { AttributeDefinitions, KeySchema, BillingMode, TimeToLiveSpecification } = await deployedTable();
  try {
    await client.send(
      new CreateTableCommand({
        TableName: table,
        AttributeDefinitions,
        KeySchema,
        BillingMode,
        // Without the stream: nobody reads it here, and the embedded engine slows down as its records pile up.
      }),
    );
    await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 1 }, { TableName: table });
    await client.send(new UpdateTimeToLiveCommand({ TableName: table, TimeToLiveSpecification }));
  } catch (error) {
    if (error instanceof ResourceInUseException) return;
    throw new Error(
      `No working DynamoDB at ${endpoint}: start it, or unset AWS_ENDPOINT_URL_DYNAMODB to use the embedded one`,
      { cause: error },
    );
  } finally {
    client.destroy();
  }
};
