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
import { pseudonymOf } from '../support/pseudonymOf.ts';

const issuer = await startIssuer();
const engine = await startFaultyEngine();
callFunctionsAt(engine.endpoint);
afterAll(() => engine.shut());

const cold = () => peopleOf(issuer, { SMS_BUDGET_NUMBER: '4' });

const UNAVAILABLE: [string, Fault][] = [
  ['fails', failing(500, 'InternalServerError')],
  ['throttles', failing(400, 'ProvisionedThroughputExceededException')],
  ['breaks off', resetBefore],
  ['breaks off after it has counted', resetAfter],
  ['never answers', silent],
  ['always shows something else than it did', failing(400, 'ConditionalCheckFailedException')],
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
    engine.spoil(await pseudonymOf(user.phone), 'UpdateItem', fault, 50);

    const answer = await user.set();

    expect(answer.status).toBe(status);
    expect(JSON.stringify(answer.body)).toContain(`"reason":"${reason}"`);
    if (status === 503) expect(answer.headers).toMatchObject({ 'retry-after': '1' });
    expect(codesTo(user.phone)).toEqual([]);
    expect(await expectWhole(user.sub)).toEqual([]);
    expect(engine.attempts(await pseudonymOf(user.phone), 'UpdateItem').length).toBeLessThanOrEqual(10);
  });

  it.concurrent('is broken while another code is asked for, the one at hand stays good', async () => {
    const user = await cold()();
    await user.set();
    engine.spoil(await pseudonymOf(user.phone), 'UpdateItem', failing(500, 'InternalServerError'), 50);
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
    engine.spoil(await pseudonymOf(user.phone), 'UpdateItem', fault);
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

  it.concurrent.each([
    ['is lost before it is heard of', resetBefore],
    ['is lost after it was heard of', resetAfter],
    ['comes late', late(2_500)],
  ])('answers to a give-back with what %s, it is given back no second time', async (_, fault) => {
    const phone = newNumber();
    const counter = await pseudonymOf(phone);
    const first = await cold()(phone);
    expect((await first.set()).status).toBe(200);

    const second = await cold()(phone);
    engine.spoil(second.sub, 'TransactWriteItems', failing(500, 'InternalServerError'), 9);
    engine.spoil(counter, 'UpdateItem', pass);
    engine.spoil(counter, 'UpdateItem', pass);
    engine.spoil(counter, 'UpdateItem', fault);
    expect((await second.set()).status).toBe(503);
    await engine.settle(counter);

    // Of two at once one is taken; more than one other would be what was given back twice.
    const others = [];
    for (let account = 0; account < 3; account++) others.push((await (await cold()(phone)).set()).status);
    expect(others.filter((status) => status === 200).length).toBeLessThanOrEqual(1);
  });

  it.concurrent('passes nobody who is over the budget, however its answers come', async () => {
    const phone = newNumber();
    for (const fault of [resetAfter, pass]) engine.spoil(await pseudonymOf(phone), 'UpdateItem', fault);
    for (let account = 0; account < 4; account++) await (await cold()(phone)).set();
    expect(codesTo(phone).length).toBeLessThanOrEqual(2);
  });
});
