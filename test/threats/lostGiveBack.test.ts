import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import { callFunctionsAt, startIssuer } from '../support/api.ts';
import { comeBack, goTo, passSeconds } from '../support/clock.ts';
import { reasonOf } from '../support/factor.ts';
import { closed, type Fault, pass, resetAfter, startFaultyEngine, truncated } from '../support/faultyEngine.ts';
import { ownTable } from '../support/ownTable.ts';
import { newNumber, peopleOf } from '../support/people.ts';
import { pseudonymOf } from '../support/pseudonymOf.ts';

const issuer = await startIssuer();
const TABLE_NAME = await ownTable();
const engine = await startFaultyEngine();
callFunctionsAt(engine.endpoint);
afterAll(() => engine.shut());

/** Two messages at once to a number, and one to a country, in processes that remember nothing of each other. */
const someone = (phone: string) =>
  peopleOf(issuer, { TABLE_NAME, SMS_BUDGET_NUMBER: '4', SMS_BUDGET_COUNTRY: '2', RESEND_WAIT_SECONDS: '1' })(phone);

let day = Date.parse('2035-01-01T10:00:00Z');
beforeEach(() => {
  day += 3 * 86_400_000;
  goTo(new Date(day).toISOString());
});
afterEach(comeBack);

it.each<[string, Fault]>([
  ['comes', pass],
  ['is lost after it was done', resetAfter],
  ['breaks off', truncated],
  ['never comes, for the request was lost', closed],
])('a message that was refused is given back once at the most, when the answer %s', async (_, fault) => {
  const phone = newNumber();
  const set = async (number: string) => reasonOf(await (await someone(number)).set());
  expect(await set(phone)).toBe('OK');
  const counter = await pseudonymOf(phone);
  const before = engine.attempts(counter, 'UpdateItem').length;
  // One that takes from the counter that is in use, in two forms at the most, and one that gives back.
  const takes = 2;
  engine.spoil(counter, 'UpdateItem', pass, takes);
  engine.spoil(counter, 'UpdateItem', fault, 5);

  expect(await set(phone)).toBe('SMS_BUDGET_SPENT');

  expect(engine.attempts(counter, 'UpdateItem').length - before).toBe(takes + 1);
  engine.heal(counter);
  passSeconds(3_600);
  const lost = fault === closed;
  expect(await set(phone)).toBe(lost ? 'SMS_BUDGET_SPENT' : 'OK');
  passSeconds(3_600);
  expect(await set(phone)).toBe('SMS_BUDGET_SPENT');
});
