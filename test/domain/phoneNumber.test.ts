import { describe, expect, it } from 'vitest';
import { maskPhoneNumber, parsePhoneNumber } from '../../lib/domain/phoneNumber.ts';

describe('reading a phone number', () => {
  it.each([
    ['+41791234567', '+41791234567', 'CH'],
    ['+41 79 123 45 67', '+41791234567', 'CH'],
    ['+41 (0)79 123-45-67', '+41791234567', 'CH'],
    ['+1 213 373 4253', '+12133734253', 'US'],
    ['+49 1512 3456789', '+4915123456789', 'DE'],
    ['+881 6 1234 5678', '+881612345678', undefined],
  ])('takes %s', (text, phone, country) => {
    expect(parsePhoneNumber(text)).toEqual({ phone, country });
  });

  it.each([
    ['+'],
    ['+0'],
    ['+417912'],
    ['+4179123456789012'],
    ['+999123456789'],
    ['+41791234567 ext. 5'],
    ['call +41791234567'],
    ['+41791234567\u0000'],
    ['+hello'],
  ])('refuses %s', (text) => {
    expect(parsePhoneNumber(text)).toBeUndefined();
  });

  it('masks all but the first and the last', () => {
    expect(maskPhoneNumber('+41791234567')).toBe('+41*******67');
  });
});
