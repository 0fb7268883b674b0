import { expect, it } from 'vitest';
import { codeKey, codeSending, createDependencies } from '../../lib/operations/dependencies.ts';
import { configFor, startIssuer } from '../support/api.ts';

it('operations of one function share the key for codes and the way of sending, those of another do not', async () => {
  const config = configFor(await startIssuer());
  const [one, other] = [createDependencies(config), createDependencies(config)];

  expect(codeSending(one)).toBe(codeSending(one));
  expect(codeSending(one).key).toBe(codeKey(one));
  expect(codeKey(one)).not.toBe(codeKey(other));
  expect(one.warmUps).toHaveLength(1);
});
