import { DynamoDBClient, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { createTable } from '../../infra/local/table.ts';

/**
 * Creates the deployed table without its stream: the embedded engine takes the longer for a write the more records
 * there are in it, which DynamoDB does not.
 */
export const createPlainTable = async (endpoint: string, table: string): Promise<void> => {
  await createTable(endpoint, table);
  const client = new DynamoDBClient({ endpoint });
  await client.send(new UpdateTableCommand({ TableName: table, StreamSpecification: { StreamEnabled: false } }));
  client.destroy();
};
