import { DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { isLostRace, isThrottled, storageFailure } from '../../lib/storage/failures.ts';

const named = (name: string): Error => Object.assign(new Error('of the network'), { name });

const coded = (code: string): Error => Object.assign(new Error('of the socket'), { code });

const answered = (httpStatusCode: number, name = 'SomethingNewException'): DynamoDBServiceException =>
  new DynamoDBServiceException({
    name,
    message: 'of the service',
    $fault: httpStatusCode < 500 ? 'client' : 'server',
    $metadata: { httpStatusCode },
  });

const reasons = (...codes: (string | undefined)[]) => codes.map((Code) => (Code === undefined ? {} : { Code }));

type Cause = readonly [string, Error];

describe('storageFailure', () => {
  it.each<Cause>([
    ['the time of the function ran out', named('AbortError')],
    ['an attempt took too long', named('TimeoutError')],
    ['the service gave the request up', named('RequestTimeout')],
    ...['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH'].map(
      (code): Cause => [code, coded(code)],
    ),
    ['a reset below another error', new Error('of a stream', { cause: coded('ECONNRESET') })],
    ...[500, 501, 502, 503, 504, 505, 429].map((status): Cause => [`HTTP ${status}`, answered(status)]),
    ...[
      'ThrottlingException',
      'ProvisionedThroughputExceededException',
      'RequestLimitExceeded',
      'TransactionInProgressException',
    ].map((name): Cause => [name, answered(400, name)]),
  ])('what may pass by itself is STORAGE_UNAVAILABLE with a time to wait: %s', (_, cause) => {
    const failure = storageFailure(cause);

    expect(failure).toMatchObject({ code: 'UNAVAILABLE', reason: 'STORAGE_UNAVAILABLE', retryAfter: 1 });
    expect(failure.cause).toBe(cause);
  });

  it.each<Cause>([
    ...['ValidationException', 'AccessDeniedException', 'ResourceNotFoundException'].map(
      (name): Cause => [name, answered(400, name)],
    ),
    ['an idempotency token used twice', answered(400, 'IdempotentParameterMismatchException')],
    ['an answer that is no JSON', new SyntaxError('of an answer')],
    ['a mistake in the code', new TypeError('of ours')],
  ])('everything else is INTERNAL: %s', (_, cause) => {
    const failure = storageFailure(cause);

    expect(failure).toMatchObject({ code: 'INTERNAL', reason: 'INTERNAL', retryAfter: undefined });
    expect(failure.cause).toBe(cause);
  });

  it.each([
    ['UNAVAILABLE', ['ThrottlingError', 'None']],
    ['UNAVAILABLE', ['None', 'ProvisionedThroughputExceeded']],
    ['UNAVAILABLE', ['None', 'RequestLimitExceeded', 'None']],
    ['UNAVAILABLE', ['ConditionalCheckFailed', 'ThrottlingError']],
    ['INTERNAL', ['ValidationError', 'None']],
    ['INTERNAL', ['ItemCollectionSizeLimitExceeded']],
    ['INTERNAL', ['ValidationError', 'ConditionalCheckFailed']],
    ['INTERNAL', ['None', undefined]],
    ['INTERNAL', []],
  ])('a cancelled transaction is %s by its reasons %j', (code, codes) => {
    expect(storageFailure(answered(400, 'TransactionCanceledException'), reasons(...codes)).code).toBe(code);
  });
});

describe('isLostRace', () => {
  it.each([
    [true, ['ConditionalCheckFailed']],
    [true, ['TransactionConflict']],
    [true, ['None', 'ConditionalCheckFailed', 'None']],
    [true, ['TransactionConflict', 'ConditionalCheckFailed', undefined]],
    [false, []],
    [false, ['None', undefined]],
    [false, ['ConditionalCheckFailed', 'ThrottlingError']],
    [false, ['ValidationError', 'TransactionConflict']],
    [false, ['ItemCollectionSizeLimitExceeded']],
    [false, ['']],
  ])('is %s for %j', (expected, codes) => {
    expect(isLostRace(reasons(...codes))).toBe(expected);
  });
});

describe('isThrottled', () => {
  it.each([
    [true, ['ThrottlingError']],
    [true, ['None', 'ProvisionedThroughputExceeded']],
    [true, ['RequestLimitExceeded', 'ConditionalCheckFailed']],
    [false, ['ConditionalCheckFailed', 'TransactionConflict', 'None', undefined]],
    [false, []],
  ])('is %s for %j', (expected, codes) => {
    expect(isThrottled(reasons(...codes))).toBe(expected);
  });
});
