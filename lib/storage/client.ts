import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** Milliseconds for one attempt; with the attempts below it stays inside a function's time-out of 10 s. */
const ATTEMPT_TIMEOUT = 2_000;

/**
 * The DynamoDB client of a function: few, short attempts. A transaction keeps its ClientRequestToken over attempts,
 * so one whose answer was lost is not applied twice.
 */
export const createDocumentClient = (): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(
    new DynamoDBClient({
      maxAttempts: 3,
      requestHandler: { connectionTimeout: 1_000, requestTimeout: ATTEMPT_TIMEOUT, throwOnRequestTimeout: true },
    }),
    { marshallOptions: { removeUndefinedValues: true } },
  );
