import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { FunctionClient } from '../../infra/bundle/functionClient/client.ts';
import { DYNAMODB, KMS } from '../../infra/bundle/functionClient/services.ts';
import { LOOPBACK } from '../../infra/local/ports.ts';
import { startAnyService } from '../support/anyService.ts';
import { startFullListener } from '../support/fullListener.ts';
import { expectedSignature, readSignature } from '../support/signature.ts';

const { endpoint, heard, replies } = await startAnyService();

beforeEach(() => {
  heard.length = 0;
  replies.length = 0;
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', endpoint);
  vi.stubEnv('AWS_ENDPOINT_URL_KMS', endpoint);
});
afterEach(() => vi.unstubAllEnvs());

const LIMITS = { connectionTimeout: 1_000, requestTimeout: 1_000 };
/** For what is to end long before. */
const PATIENT = { connectionTimeout: 60_000, requestTimeout: 60_000 };

const create = (service = DYNAMODB, requestHandler = LIMITS, maxAttempts = 2) =>
  new FunctionClient(service, '3.0.0', { TransactionCanceledException }, { maxAttempts, requestHandler });

const bodies = () => heard.map(({ body }) => JSON.parse(body.toString()));
const refusal = (type: string, more: object = {}, status = 400) =>
  replies.push({ status, body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, ...more }) });

describe('what is sent', () => {
  it('is the input as JSON, without what is undefined', async () => {
    await create().send({ operation: 'Query', input: { TableName: 'table', Limit: undefined } });

    expect(bodies()).toEqual([{ TableName: 'table' }]);
    expect(heard[0]?.request.headers).toMatchObject({
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.Query',
      'user-agent': expect.stringMatching(/^aws-sdk-js\/3\.0\.0 lang\/js md\/nodejs#24\./),
    });
  });

  it.each([
    ['Uint8Array', new Uint8Array([1, 2, 3])],
    ['Buffer', Buffer.from([1, 2, 3])],
  ])('has a %s in base64', async (_, bytes) => {
    await create().send({ operation: 'PutItem', input: { Item: { bytes: { B: bytes } } } });

    expect(bodies()).toEqual([{ Item: { bytes: { B: 'AQID' } } }]);
  });

  it('has a token in each transaction, the same in all attempts', async () => {
    const client = create();
    refusal('InternalServerError', {}, 500);
    await client.send({ operation: 'TransactWriteItems', input: { TransactItems: [] } });
    await client.send({ operation: 'TransactWriteItems', input: { TransactItems: [] } });

    const [first, second, third] = bodies().map(({ ClientRequestToken }) => ClientRequestToken);
    expect(first).toMatch(/^[\da-f-]{36}$/);
    expect(second).toBe(first);
    expect(third).toMatch(/^[\da-f-]{36}$/);
    expect(third).not.toBe(first);
  });

  it('has the token that it is given', async () => {
    await create().send({ operation: 'TransactWriteItems', input: { ClientRequestToken: 'given' } });

    expect(bodies()).toEqual([{ ClientRequestToken: 'given' }]);
  });

  it('is signed by the key of its day', async () => {
    const client = create();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 31, 23, 59, 59) });
    onTestFinished(() => void vi.useRealTimers());
    await client.send({ operation: 'Query', input: {} });
    vi.setSystemTime(Date.UTC(2026, 1, 1));
    await client.send({ operation: 'Query', input: {} });

    const signatures = heard.map(({ request }) => readSignature(request));
    expect(signatures.map(({ date }) => date)).toEqual(['20260131', '20260201']);
    const { AWS_SECRET_ACCESS_KEY: secret = '' } = process.env;
    expect(signatures.map(({ signature }) => signature)).toEqual(
      heard.map(({ request, body }) => expectedSignature(request, body, secret)),
    );
  });

  it('goes over one connection, also after a pause for which Node.js itself would not keep it', async () => {
    const client = create();
    for (const pause of [0, 0, 6_000]) {
      await client.send({ operation: 'Query', input: {} });
      await sleep(pause);
    }
    await client.send({ operation: 'Query', input: {} });

    expect(new Set(heard.map(({ request }) => request.socket.remotePort)).size).toBe(1);
  });
});

describe('what is answered', () => {
  it('is read from JSON, with what was sent beside it', async () => {
    replies.push({ status: 200, body: '{"Items":[{"n":{"N":"1"}}]}' });

    expect(await create().send({ operation: 'Query', input: {} })).toEqual({
      Items: [{ n: { N: '1' } }],
      $metadata: { httpStatusCode: 200, requestId: undefined, attempts: 1, totalRetryDelay: 0 },
    });
  });

  it('has bytes where the service has them, and text under the same name elsewhere', async () => {
    replies.push({ status: 200, body: '{"Item":{"bytes":{"B":"AQID"},"B":{"S":"AQID"},"Mac":{"S":"AQID"}}}' });
    replies.push({ status: 200, body: '{"Mac":"AQID"}' });

    expect(await create().send({ operation: 'GetItem', input: {} })).toMatchObject({
      Item: { bytes: { B: Buffer.from([1, 2, 3]) }, B: { S: 'AQID' }, Mac: { S: 'AQID' } },
    });
    expect(await create(KMS).send({ operation: 'GenerateMac', input: {} })).toMatchObject({
      Mac: Buffer.from([1, 2, 3]),
    });
  });
});

/** Has a server listen until the test is finished; returns where. */
const listening = async (server: Server): Promise<string> => {
  onTestFinished(() => void server.close());
  await once(server.listen(0, LOOPBACK), 'listening');
  return `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`;
};

describe('an error', () => {
  const caught = (client = create(), options = {}) =>
    client.send({ operation: 'Query', input: {} }, options).then(
      () => expect.unreachable('There should be an error'),
      (error: unknown) => error as Error,
    );

  it('is of its class, with all that it says', async () => {
    const CancellationReasons = [{ Code: 'ConditionalCheckFailed', Item: { n: { N: '1' } } }, { Code: 'None' }];
    refusal('TransactionCanceledException', { Message: 'cancelled', CancellationReasons });

    const error = await caught();

    expect(error).toBeInstanceOf(TransactionCanceledException);
    expect(error).toMatchObject({
      name: 'TransactionCanceledException',
      message: 'cancelled',
      CancellationReasons,
      $fault: 'client',
      $metadata: { httpStatusCode: 400, attempts: 1 },
    });
  });

  it('keeps its name where it has no class', async () => {
    refusal('ValidationException', { message: 'not valid' });

    const error = await caught();

    expect(error).toMatchObject({ name: 'ValidationException', message: 'not valid', $fault: 'client' });
    expect(error).not.toBeInstanceOf(TransactionCanceledException);
    expect(heard).toHaveLength(1);
  });

  it.each([
    ['of the service', 500, '{"__type":"InternalServerError"}', { name: 'InternalServerError', $fault: 'server' }],
    ['without a name', 503, '{}', { name: 'Unknown', $metadata: { httpStatusCode: 503 } }],
    ['that is no JSON', 502, '<html>', { name: 'SyntaxError', $metadata: { httpStatusCode: 502 } }],
  ])('%s is tried again as often as it may be', async (_, status, body, error) => {
    replies.push({ status, body }, { status, body });

    expect(await caught()).toMatchObject(error);
    expect(heard).toHaveLength(2);
  });

  it('says that there was no answer in time', async () => {
    replies.push('silence');

    expect(await caught(create(DYNAMODB, { connectionTimeout: 50, requestTimeout: 100 }, 1))).toMatchObject({
      name: 'TimeoutError',
      message: 'No answer in time',
    });
  });

  it('says that there was no connection in time', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', await startFullListener());

    expect(await caught(create(DYNAMODB, { connectionTimeout: 100, requestTimeout: 5_000 }, 1))).toMatchObject({
      name: 'TimeoutError',
      message: 'No connection in time',
    });
  });

  it('says at once that an answer broke off', async () => {
    const server = createHttpServer((_, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('{"Items":');
      setImmediate(() => response.destroy());
    });
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', await listening(server));

    expect(await caught(create(DYNAMODB, PATIENT, 1))).toMatchObject({ code: 'ECONNRESET' });
  });

  it('says that nobody listens', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', 'http://[::1]:9');

    expect(await caught()).toMatchObject({ code: expect.stringMatching(/^(ECONNREFUSED|EADDRNOTAVAIL)$/) });
  });

  it('ends what is given up, at once and for good', async () => {
    replies.push('silence');
    const controller = new AbortController();
    const error = caught(create(DYNAMODB, PATIENT), { abortSignal: controller.signal });
    await vi.waitFor(() => expect(heard).toHaveLength(1));

    controller.abort();

    expect(await error).toMatchObject({ name: 'AbortError' });
    expect(heard).toHaveLength(1);
  });

  it('keeps what was given up before it began from being sent, or even connected', async () => {
    const connected = vi.fn();
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', await listening(createServer(connected)));

    expect(await caught(create(), { abortSignal: AbortSignal.abort() })).toMatchObject({ name: 'AbortError' });
    await sleep(50);
    expect(connected).not.toHaveBeenCalled();
  });
});
