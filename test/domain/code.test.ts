import { describe, expect, it } from 'vitest';
import { readCode, sameHash } from '../../lib/domain/code.ts';

it.each([
  ['same', 'same', true],
  ['same', 'sane', false],
  ['same', 'sam', false],
  ['same', 'samee', false],
  ['', 'same', false],
  ['', '', true],
])('compares %j with %j', (one, other, expected) => {
  expect(sameHash(one, other)).toBe(expected);
});

describe('reading a code as it was typed', () => {
  it.each([
    ['123456', '123456'],
    [' 123 456\n', '123456'],
    ['123-456', '123456'],
    ['12\u201134\u201356\u221278', '12345678'],
    ['\u202a123456\u202c', '123456'],
    ['١٢٣٤٥٦', '123456'],
    ['０１２３', '0123'],
    ['1234567890', '1234567890'],
  ])('takes %j', (text, digits) => {
    expect(readCode(text)).toBe(digits);
  });

  it.each([
    [''],
    ['   '],
    ['---'],
    ['123'],
    ['12345678901'],
    ['12345x'],
    ['+123456'],
    ['123.456'],
    ['①②③④'],
    ['1234\0'],
  ])('refuses %j', (text) => {
    expect(readCode(text)).toBeUndefined();
  });
});
