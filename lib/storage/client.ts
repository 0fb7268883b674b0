import { DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { isThrottled } from './failures.ts';
import { measuring } from './measuring.ts';

/** Milliseconds for one attempt; with the attempts below it stays inside a function's time-out of 10 s. */
const ATTEMPT_TIMEOUT = 2_000;

/**
 * The DynamoDB client of a function: few, short attempts. A transaction keeps its ClientRequestToken over attempts,
 * so one whose answer was lost is not applied twice.
 */
export const createDocumentClient = (): DynamoDBDocumentClient => {
  const client = new DynamoDBClient({
    maxAttempts: 3,
    requestHandler: {
      connectionTimeout: 1_000,
      requestTimeout: ATTEMPT_TIMEOUT,
      throwOnRequestTimeout: true,
      // The request's time-out ends with the head of the answer; a body that stops half-way is for the socket's.
      socketTimeout: ATTEMPT_TIMEOUT,
    },
  });
  client.middlewareStack.add(measuring, { name: 'measuring', step: 'initialize' });
  client.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        throw retryableIfThrottled(error);
      }
    },
    { name: 'retryThrottledTransactions', step: 'deserialize', priority: 'high' },
  );
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
};

/** The SDK gives a cancelled transaction up at once; one that was only throttled is worth another attempt. */
const retryableIfThrottled = (error: unknown): unknown =>
  error instanceof TransactionCanceledException && isThrottled(error.CancellationReasons ?? [])
    ? Object.assign(error, { $retryable: { throttling: true } })
    : error;
