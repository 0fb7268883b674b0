import { afterAll, describe, expect, it } from 'vitest';
import { callFunctionsAt, startIssuer } from '../support/api.ts';
import {
  answering,
  type Fault,
  failing,
  late,
  pass,
  resetAfter,
  resetBefore,
  silent,
  startFaultyEngine,
} from '../support/faultyEngine.ts';
import { expectWhole } from '../support/partition.ts';
import { codesTo, newNumber, peopleOf } from '../support/people.ts';

const issuer = await startIssuer();
const engine = await startFaultyEngine();
callFunctionsAt(engine.endpoint);
afterAll(() => engine.shut());

const cold = () => peopleOf(issuer, { SMS_BUDGET_USER: '2' });

const UNAVAILABLE: [string, Fault][] = [
  ['fails', failing(500, 'InternalServerError')],
  ['throttles', failing(400, 'ProvisionedThroughputExceededException')],
  ['breaks off', resetBefore],
  ['breaks off after it has counted', resetAfter],
  ['never answers', silent],
];

const OURS: [string, Fault][] = [
  ['is denied', failing(400, 'AccessDeniedException')],
  ['is not there', failing(400, 'ResourceNotFoundException')],
  ['says what nobody understands', answering(200, '<html></html>')],
];

describe('when the limiter', () => {
  it.concurrent.each([
    ...UNAVAILABLE.map(([name, fault]) => [name, fault, 503, 'STORAGE_UNAVAILABLE'] as const),
    ...OURS.map(([name, fault]) => [name, fault, 500, 'INTERNAL'] as const),
  ])('%s, nothing is sent or written', async (_, fault, status, reason) => {
    const user = await cold()();
    engine.spoil(user.sub, 'UpdateItem', fault, 50);

    const answer = await user.set();

    expect(answer.status).toBe(status);
    expect(JSON.stringify(answer.body)).toContain(`"reason":"${reason}"`);
    if (status === 503) expect(answer.headers).toMatchObject({ 'retry-after': '1' });
    expect(codesTo(user.phone)).toEqual([]);
    expect(await expectWhole(user.sub)).toEqual([]);
    expect(engine.attempts(user.sub, 'UpdateItem').length).toBeLessThanOrEqual(6);
  });

  it.concurrent('is broken while another code is asked for, the one at hand stays good', async () => {
    const user = await cold()();
    await user.set();
    engine.spoil(user.sub, 'UpdateItem', failing(500, 'InternalServerError'), 50);
    await new Promise((resolve) => setTimeout(resolve, 1_000));

    expect((await user.resend()).status).toBe(503);

    expect(codesTo(user.phone)).toHaveLength(1);
    expect((await user.verify()).status).toBe(200);
  });

  it.concurrent.each([
    ['fails', failing(500, 'InternalServerError')],
    ['is slow', late(200)],
  ])('%s once, the message goes out', async (_, fault) => {
    const user = await cold()();
    engine.spoil(user.sub, 'UpdateItem', fault);
    expect((await user.set()).status).toBe(200);
    expect(codesTo(user.phone)).toHaveLength(1);
  });

  it.concurrent('has counted a message whose code could not be written, it takes that back', async () => {
    const user = await cold()();
    engine.spoil(user.sub, 'TransactWriteItems', failing(500, 'InternalServerError'), 9);
    for (let message = 0; message < 3; message++) expect((await user.set()).status).toBe(503);
    engine.heal(user.sub);
    expect((await user.set()).status).toBe(200);
  });

  it.concurrent('passes nobody who is over the budget, however its answers come', async () => {
    const user = await cold()();
    for (const fault of [resetAfter, pass]) engine.spoil(user.sub, 'UpdateItem', fault);
    const numbers = [user.phone, newNumber(), newNumber(), newNumber()];
    for (const phone of numbers) {
      await user.call('set', { phone });
      await user.verify(codesTo(phone).at(-1));
    }
    expect(numbers.flatMap(codesTo).length).toBeLessThanOrEqual(2);
  });
});
