import { expect, it } from 'vitest';
import { isUserId } from '../../lib/domain/userId.ts';

it.each<[unknown, boolean]>([
  ['u', true],
  ['auth0|5f7c8ec7c33c6c004bbafe82', true],
  ['a'.repeat(255), true],
  ['a'.repeat(256), false],
  ['', false],
  ['ü', false],
  ['üa', false],
  ['aü', false],
  ['a\n', false],
  ['\u0000', false],
  [7, false],
  [null, false],
  [undefined, false],
  [['u'], false],
])('%j is the id of a user: %s', (value, expected) => {
  expect(isUserId(value)).toBe(expected);
});
