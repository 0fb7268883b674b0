import { expect, it } from 'vitest';
import { OPERATIONS } from '../../lib/operations/index.ts';
import { apiOf, bearer, configFor, someone, startIssuer } from '../support/api.ts';
import { expectWhole } from '../support/partition.ts';
import { codeFor, somePhone } from '../support/person.ts';
import { STEP_UP } from '../support/stepUp.ts';
import { type Send, WALK_EVENTS, walk } from '../support/walk.ts';

it('a new user goes all the way by HTTP events', async () => {
  const issuer = await startIssuer();
  const config = configFor(issuer, STEP_UP);
  const calls = Object.fromEntries(Object.values(OPERATIONS).map((one) => [one.http, apiOf(one, config)]));
  const sub = someone();
  const token = bearer(await issuer.token({ sub }));

  const send: Send = async (http, body, headers = {}) => {
    const answer = await calls[http]?.({ headers: { ...token, ...headers }, body: body && JSON.stringify(body) });
    if (!answer) throw new Error(`There is no operation ${http}`);
    return { status: answer.status, body: answer.body };
  };
  await walk(send, async (phone) => codeFor(phone), [somePhone(), somePhone()]);

  expect((await expectWhole(sub)).map(({ type }) => type)).toEqual(WALK_EVENTS);
});
