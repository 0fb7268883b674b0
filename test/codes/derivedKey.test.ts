import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createPseudonyms } from '../../lib/codes/derivedKey.ts';
import type { KeyedHash } from '../../lib/codes/keyedHash.ts';
import { createLocalKey } from '../../lib/codes/localKey.ts';
import { A, B } from '../support/given.ts';

const KEY = randomBytes(32);

/** A key that tells what it was asked, and fails as often as it is told. */
const listening = (failures = 0) => {
  const asked: string[] = [];
  const key: KeyedHash = {
    async mac(message) {
      asked.push(message);
      if (asked.length <= failures) throw new Error('The key is away');
      return createLocalKey(KEY).mac(message);
    },
  };
  return { asked, key };
};

describe('pseudonyms', () => {
  it('are the same in every process that has the key, and others under another key, label or scope', async () => {
    const pseudonym = await createPseudonyms(createLocalKey(KEY), 'one').of('number', A);
    expect(pseudonym).toMatch(/^[\w-]{22}$/);
    expect(await createPseudonyms(createLocalKey(KEY), 'one').of('number', A)).toBe(pseudonym);
    const others = await Promise.all([
      createPseudonyms(createLocalKey(KEY), 'one').of('number', B),
      createPseudonyms(createLocalKey(KEY), 'one').of('address', A),
      createPseudonyms(createLocalKey(KEY), 'one').of(`number","${A}`),
      createPseudonyms(createLocalKey(KEY), 'another').of('number', A),
      createPseudonyms(createLocalKey(randomBytes(32)), 'one').of('number', A),
    ]);
    expect(new Set([...others, pseudonym]).size).toBe(6);
  });

  it('take one MAC for the life of a process, however many come at once', async () => {
    const { asked, key } = listening();
    const pseudonyms = createPseudonyms(key, 'one');
    await Promise.all([pseudonyms.warmUp(), ...[A, B, A].map((phone) => pseudonyms.of('number', phone))]);
    await pseudonyms.of('number', B);
    expect(asked).toEqual(['["one"]']);
  });

  it('ask the key again after it has failed', async () => {
    const { asked, key } = listening(1);
    const pseudonyms = createPseudonyms(key, 'one');
    await expect(pseudonyms.of('number', A)).rejects.toThrow('The key is away');
    expect(await pseudonyms.of('number', A)).toBe(await createPseudonyms(createLocalKey(KEY), 'one').of('number', A));
    expect(asked).toHaveLength(2);
  });
});
