import { randomUUID } from 'node:crypto';
import { DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LOCAL_CREDENTIALS, startEngine } from '../../infra/local/engine.ts';
import { createTable } from '../../infra/local/table.ts';

/**
 * Tests move the clock, and an answer's `Date` may be of before: the SDK would see a skew, and try again what it else gives
 * up. The clients of deployed functions correct none either.
 */
const CLOCK = { AWS_DISABLE_CLOCK_SKEW_CORRECTION: 'true' };

/** The line alone says what to do, without the stack around it that the test runner would print. */
const endWithLine = (error: Error): never => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
};

/** Starts one DynamoDB for the whole run (or takes the one AWS_ENDPOINT_URL_DYNAMODB names) with a table of its own. */
export default async function setup(): Promise<() => Promise<void>> {
  const engine = await startEngine().catch(endWithLine);
  const table = `otp-sms-factor-test-${randomUUID()}`;
  Object.assign(process.env, LOCAL_CREDENTIALS, CLOCK, {
    AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
    TABLE_NAME: table,
  });
  await createTable(engine.endpoint, table);
  return async () => {
    const client = new DynamoDBClient({ endpoint: engine.endpoint });
    await client.send(new DeleteTableCommand({ TableName: table }));
    client.destroy();
    await engine.stop();
  };
}
