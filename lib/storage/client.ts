import { DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, type UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { clientOptions } from '../aws/clientOptions.ts';
import { isThrottled } from './failures.ts';
import { measuring } from './measuring.ts';

/**
 * The DynamoDB client of a function. A transaction keeps its ClientRequestToken over attempts, so one whose answer was
 * lost is not applied twice.
 */
export const createDocumentClient = (): DynamoDBDocumentClient => {
  const client = new DynamoDBClient(clientOptions({ maxAttempts: 3 }));
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

/** A command that is not sent again, whatever becomes of it: an error that says nothing of its cause is not tried again. */
export const attemptedOnce = (command: UpdateCommand): UpdateCommand => {
  command.middlewareStack.add(
    (next) => (args) =>
      next(args).catch(() => {
        throw new Error('A request that is attempted only once failed');
      }),
    // The document client merges the middleware of a command twice.
    { name: 'attemptedOnce', step: 'finalizeRequest', priority: 'low', override: true },
  );
  return command;
};

/** The SDK gives a cancelled transaction up at once; one that was only throttled is worth another attempt. */
const retryableIfThrottled = (error: unknown): unknown =>
  error instanceof TransactionCanceledException && isThrottled(error.CancellationReasons ?? [])
    ? Object.assign(error, { $retryable: { throttling: true } })
    : error;
