import { describe, expect, it } from 'vitest';
import { ApiError } from '../../lib/errors/errors.ts';
import { errorToStatus } from '../../lib/http/errorToStatus.ts';

const SECRET = '+41791234567';

const answerTo = (error: unknown) => {
  const request = { error, response: undefined as unknown };
  errorToStatus().onError?.(request as never);
  return request;
};

const INTERNAL = {
  code: 13,
  message: 'Something went wrong on our side',
  details: [
    {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'INTERNAL',
      domain: 'otp-sms-factor',
      metadata: {},
    },
  ],
};

describe('errorToStatus', () => {
  it.each([
    ['an error of a library', new TypeError(SECRET)],
    [
      'an error that brings a status and a body along',
      Object.assign(new Error(SECRET), { statusCode: 200, body: SECRET }),
    ],
    ['a text', SECRET],
    ['nothing', undefined],
  ])('%s is INTERNAL with a fixed text, its cause kept for the log', (_, thrown) => {
    const { response, error } = answerTo(thrown);

    expect(response).toEqual({
      statusCode: 500,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
      body: JSON.stringify(INTERNAL),
    });
    expect(error).toMatchObject({ reason: 'INTERNAL' });
    expect((error as Error).cause).toBe(thrown);
  });

  it('a refusal is answered as it is, without its cause, and says when to come back', () => {
    const refusal = new ApiError('STORAGE_UNAVAILABLE', { retryAfter: 3, cause: new Error(SECRET) });

    const { response, error } = answerTo(refusal);

    expect(error).toBe(refusal);
    expect(response).toMatchObject({ statusCode: 503, headers: { 'retry-after': '3' } });
    expect(JSON.stringify(response)).toContain('"retryDelay\\":\\"3s\\"');
    expect(JSON.stringify(response)).not.toContain(SECRET);
  });
});
