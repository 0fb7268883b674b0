import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { ApiError } from '../../lib/errors/errors.ts';
import { errorToStatus } from '../../lib/http/errorToStatus.ts';
import type { CallContext } from '../../lib/http/middleware.ts';
import { requestLog } from '../../lib/http/requestLog.ts';
import { createPublisher } from '../../lib/telemetry/publisher.ts';
import { toldBy } from '../support/told.ts';

const SECRET = '+41791234567';

/** Runs a handler between the log and the error answer; returns what was logged. */
const logOf = async (handler: () => unknown, event: unknown = { requestContext: { requestId: 'request-1' } }) => {
  const run = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Error, CallContext>()
    .use(requestLog('AnRpc', createPublisher({})))
    .use(errorToStatus())
    .handler(handler as never);
  const { text, log, metrics } = await toldBy(() => run(event as never, { awsRequestId: 'lambda-1' } as never));
  expect([log, metrics]).toEqual([[expect.anything()], [expect.anything()]]);
  return { text, entry: log[0] as { readonly cause?: { readonly at?: string } }, metrics: metrics[0] };
};

const failing = (cause: unknown) => () => {
  throw new ApiError('STORAGE_UNAVAILABLE', { cause });
};

describe('requestLog', () => {
  it('tells of a success what was asked, how it ended and how long it took', async () => {
    const { text, entry } = await logOf(() => ({ statusCode: 200, body: SECRET }));

    expect(text).toMatch(/^[^\n]*\n[^\n]*\n$/);
    expect(entry).toEqual({
      level: 'INFO',
      message: 'AnRpc OK',
      timestamp: expect.any(String),
      service: 'otp-sms-factor',
      sampling_rate: 0,
      requestId: 'request-1',
      operation: 'AnRpc',
      status: 200,
      code: 'OK',
      durationMs: expect.any(Number),
      dynamoDb: { requests: 0, readUnits: 0, writeUnits: 0 },
    });
  });

  it('tells of a refusal its code and reason', async () => {
    const { entry } = await logOf(() => {
      throw new ApiError('OTP_SMS_ALREADY_ADDED');
    });

    expect(entry).toMatchObject({
      level: 'INFO',
      status: 409,
      code: 'ALREADY_EXISTS',
      reason: 'OTP_SMS_ALREADY_ADDED',
    });
    expect(entry).not.toHaveProperty('cause');
  });

  it('tells of a failure the kinds, codes and places of its causes, never their texts nor what a class is called', async () => {
    class a extends Error {
      readonly code = 'ECONNREFUSED';
    }
    const cause = new TypeError(SECRET, { cause: new a(SECRET) });

    const { text, entry } = await logOf(failing(cause));

    expect(entry).toMatchObject({
      level: 'ERROR',
      status: 503,
      reason: 'STORAGE_UNAVAILABLE',
      cause: {
        kind: 'TypeError',
        at: expect.stringMatching(/^at .*requestLog\.test\.ts:\d+:\d+\)?$/),
        cause: { kind: 'Error', code: 'ECONNREFUSED', at: expect.stringContaining('requestLog.test.ts') },
      },
    });
    expect(text).not.toContain(SECRET);
  });

  it('takes no part of a message for a place, even when it looks like one', async () => {
    const { text, entry } = await logOf(failing(new Error(`bad token\n    at ${SECRET}\n    at ${SECRET} (a.ts:1:1)`)));

    expect(text).not.toContain(SECRET);
    expect(entry.cause?.at).toContain('requestLog.test.ts');
  });

  it.each([
    ['a text', SECRET],
    ['an object', { message: SECRET }],
  ])('says nothing of a cause that is %s', async (_, cause) => {
    const { text, entry } = await logOf(failing(cause));

    expect(text).not.toContain(SECRET);
    expect(entry).not.toHaveProperty('cause');
  });

  it('comes to an end when causes go round in a circle, or have no stack', async () => {
    const circle = new Error(SECRET);
    circle.cause = circle;
    const bare = new Error(SECRET, { cause: circle });
    delete bare.stack;

    const { text, entry } = await logOf(failing(bare));

    expect(entry.cause).toMatchObject({ kind: 'Error', cause: { kind: 'Error', cause: { kind: 'Error' } } });
    expect(entry.cause).not.toHaveProperty('at');
    expect(text).not.toContain(SECRET);
  });

  it('tells of what is no refusal that it is ours, and where', async () => {
    const { text, entry } = await logOf(() => {
      throw new RangeError(SECRET);
    });

    expect(entry).toMatchObject({ level: 'ERROR', status: 500, reason: 'INTERNAL', cause: { kind: 'RangeError' } });
    expect(text).not.toContain(SECRET);
  });

  it.each([
    ['null', null],
    ['an event without a context', {}],
  ])('names the invocation when the event is %s', async (_, event) => {
    expect((await logOf(() => ({ statusCode: 200 }), event)).entry).toMatchObject({ requestId: 'lambda-1' });
  });
});
