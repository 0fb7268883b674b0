import { describe, expect, it } from 'vitest';
import { startIssuer } from '../support/api.ts';
import { peopleOf } from '../support/people.ts';
import { faultsOf, isServiceLine } from '../support/serviceLines.ts';
import { toldBy } from '../support/told.ts';

const LINE = {
  level: 'ERROR',
  message: 'CheckMyOTPSMS STORAGE_UNAVAILABLE',
  timestamp: '2026-01-01T12:00:00.000Z',
  service: 'otp-sms-factor',
  sampling_rate: 0,
  requestId: '12345678-1234-4123-8123-123456789012',
  operation: 'CheckMyOTPSMS',
  status: 503,
  code: 'UNAVAILABLE',
  reason: 'STORAGE_UNAVAILABLE',
  cause: { kind: 'TimeoutError', code: 'ETIMEDOUT', at: 'at send (/var/task/functions/checkOtpSms.cjs:1:123456)' },
  user: '0123456789012345',
  durationMs: 12,
  dynamoDb: { requests: 2, readUnits: 1, writeUnits: 6.5 },
};

const TOKEN = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1c2VyIn0.c2lnbmF0dXJlc2lnbmF0dXJl';

describe('the examination of every line that the suite makes the service write', () => {
  it('finds nothing in a line as it should be', () => {
    expect(isServiceLine(JSON.stringify(LINE))).toBe(true);
    expect(faultsOf(JSON.stringify(LINE))).toEqual([]);
  });

  it.each<[string, object]>([
    ['a phone number', { message: 'CheckMyOTPSMS +41791234567' }],
    ['a phone number in a cause', { cause: { kind: 'Error', at: 'at send (+41791234567:1:1)' } }],
    ['a number without its plus', { cause: { kind: 'Error', code: '41791234567' } }],
    ['a code', { message: 'The code is 123456' }],
    ['a code for a duration', { durationMs: 123456 }],
    ['a code for a request', { requestId: '123456' }],
    ['a code of eight digits in a cause', { cause: { kind: 'Error', at: 'at 12345678 (a.ts:1:1)' } }],
    ['a token', { requestId: TOKEN }],
    ['a part of a token', { cause: { kind: 'Error', code: TOKEN.split('.')[0] } }],
    [
      'an opaque token',
      { cause: { kind: 'Error', at: `at ${'a'.repeat(20)}.${'b'.repeat(20)}.${'c'.repeat(20)} (a.ts:1:1)` } },
    ],
    ['an Idempotency-Key', { idempotencyKey: '4a9c5fb2-8f5c-4b3b-8d7d-0c1c3fd2a111' }],
    ['a hash', { cause: { kind: 'Error', at: `at ${Buffer.alloc(32, 1).toString('base64')} (a.ts:1:1)` } }],
    ['the id of a user', { user: 'alice@example.com' }],
    ['the message of a cause', { cause: { kind: 'Error', message: 'secret' } }],
    ['an event', { event: { body: '{}' } }],
  ])('finds %s', (_, wrong) => {
    expect(faultsOf(JSON.stringify({ ...LINE, ...wrong }))).not.toEqual([]);
  });

  it.each<[string, object]>([
    ['a phone number', { country: '+41' }],
    ['a user', { user: '0123456789012345' }],
    ['a name of its own', { Phones: 1 }],
  ])('finds %s among the metrics', (_, wrong) => {
    const line = { _aws: {}, service: 'otp-sms-factor', Requests: 1, operation: 'GetMyPhone', outcome: 'OK' };
    expect(faultsOf(JSON.stringify(line))).toEqual([]);
    expect(faultsOf(JSON.stringify({ ...line, ...wrong }))).not.toEqual([]);
  });

  it('takes the lines that the service writes, and no other', async () => {
    const { text } = await toldBy((await peopleOf(await startIssuer())()).set);
    expect(text.trim().split('\n').map(isServiceLine)).toEqual([true, true]);
    expect(['', '{}', '5 passed', '{"level":"of something else"}'].map(isServiceLine)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});
