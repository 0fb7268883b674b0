import { expect, it } from 'vitest';
import { startIssuer } from '../support/api.ts';
import { countFunctions } from '../support/countingProxy.ts';
import { createApi, NAMES, type Name, prove, somePhone, stopClock } from '../support/person.ts';
import { ADOPTS, MAY } from '../support/roles.ts';
import { prepare, WRITES } from '../support/writes.ts';

stopClock();
const issuer = await startIssuer();
const proxy = await countFunctions();

const { person } = createApi(issuer);
const trusting = createApi(issuer, { TRUST_PHONE_CLAIMS: 'true' });

/** A number whose owner wants no messages: the answer that is kept under a key is replaced by that refusal. */
const OPTED_OUT = '+41790000002';

const KEY = { 'idempotency-key': 'k' };

/** Operations that write nothing but a phone out of a token. */
const READERS: ReadonlySet<Name> = new Set(['getPhone', 'listAuthFactors']);

type Request = () => Promise<unknown>;

/** Requests that between them make the table do all that an operation can: under a key and not, carried out and refused. */
const requestsOf = async (name: Name): Promise<readonly Request[]> => {
  const claims = { phone_number: '+41791234567', phone_number_verified: true };
  const newcomer = await trusting.person({ claims });
  const adopts = () => newcomer.call(name, { code: '000000', phone: '+41791234568' });
  const write = WRITES.find((each) => each.name === name);
  if (!write) return [adopts];
  const [usual, keyed] = [await prepare(write, await person()), await prepare(write, await person())];
  const unwanted = await person();
  const refused = () => unwanted.call(name, { phone: OPTED_OUT }, KEY);
  const withoutFactor = await person();
  await prove(withoutFactor);
  await withoutFactor.call('setPhone', { phone: somePhone() });
  const again = () => withoutFactor.call(name, { phone: withoutFactor.phone });
  return [adopts, usual, () => keyed(KEY), refused, again];
};

it.each(NAMES)('%s may do to the table what it does, no more and no less', async (name) => {
  const requests = await requestsOf(name);
  proxy.actions.clear();
  for (const request of requests) await request();
  const statements = [...(MAY[name] ?? []), ...(READERS.has(name) ? [ADOPTS] : [])];
  const allowed = statements.flatMap(({ Action }) => Action).filter((action) => action.startsWith('dynamodb:'));
  expect([...proxy.actions].map((action) => `dynamodb:${action}`).sort()).toEqual(allowed.sort());
});
