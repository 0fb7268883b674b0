import { expect, it } from 'vitest';
import { createResources } from '../../lib/http/perform.ts';
import { connectKey, connectSending } from '../../lib/operations/dependencies.ts';
import { configFor, startIssuer } from '../support/api.ts';

it('operations of one function share the key for codes and the way of sending, those of another do not', async () => {
  const config = configFor(await startIssuer());
  const [one, other] = [createResources(config), createResources(config)];

  expect(connectSending(one)).toBe(connectSending(one));
  expect(connectSending(one).key).toBe(connectKey(one));
  expect(connectKey(one)).not.toBe(connectKey(other));
  expect(one.rehearsals).toHaveLength(1);
});
