import { describe, expect, it } from 'vitest';
import { Refusal } from '../../infra/local/page/client.ts';
import { textOf } from '../../infra/local/page/texts.ts';
import { codeIn } from '../../infra/local/page/typedCode.ts';
import { ApiError, ERRORS, type Reason } from '../../lib/errors/errors.ts';
import { toStatus } from '../../lib/errors/status.ts';
import { messageText } from '../../lib/sms/message.ts';

describe('the code in a text', () => {
  it.each([
    ['123456', '123456'],
    [' 123 456\n', '123456'],
    ['123-456', '123456'],
    [messageText('LOGIN', 'de', '012345', 'example.com'), '012345'],
    ['12345', undefined],
    ['1234567', undefined],
    ['+41 79 765 43 21', undefined],
    ['', undefined],
  ])('%j is %s', (text, code) => {
    expect(codeIn(text, 6)).toBe(code);
  });
});

describe('what the page tells of a refusal', () => {
  const refusal = (reason: Reason, metadata = {}) =>
    new Refusal(toStatus(new ApiError(reason, { metadata })) as ConstructorParameters<typeof Refusal>[0]);

  it.each(Object.keys(ERRORS) as Reason[])('is a sentence for %s', (reason) => {
    const text = textOf(refusal(reason, { attemptsRemaining: '3', codeLength: '6', field: 'code' }));
    expect(text).toMatch(/^[A-Za-z].*[^:]$/);
    expect(text).not.toContain('undefined');
  });

  it.each([
    ['OTP_SMS_CODE_WRONG', { attemptsRemaining: '3' }, 'The code is wrong.'],
    [
      'OTP_SMS_CODE_WRONG',
      { attemptsRemaining: '0' },
      'The code is wrong, and that was the last attempt. Ask for another.',
    ],
    ['PHONE_CODE_INVALID', {}, 'The code is no longer good. Ask for another.'],
    ['PHONE_CODE_LENGTH', { codeLength: '6' }, 'The code has 6 digits. This did not count as an attempt.'],
    [
      'OTP_SMS_LOCKED',
      { opensBy: 'REAUTHENTICATION' },
      'There were too many wrong codes. Sign in anew to unlock SMS codes.',
    ],
  ] as const)('follows from %s with %j', (reason, metadata, text) => {
    expect(textOf(refusal(reason, metadata))).toBe(text);
  });

  it('is in the words of the API where it has none of its own', () => {
    expect(textOf(refusal('STORAGE_UNAVAILABLE'))).toBe('The service cannot reach its storage in time: try again');
  });
});
