import { describe, expect, it } from 'vitest';
import { maskPhoneNumber } from '../../lib/domain/phoneNumber.ts';

describe('a phone number', () => {
  it('is masked but for the first and the last', () => {
    expect(maskPhoneNumber('+41791234567')).toBe('+41*******67');
  });
});
