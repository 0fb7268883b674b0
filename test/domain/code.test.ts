import { expect, it } from 'vitest';
import { sameHash } from '../../lib/domain/code.ts';

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
