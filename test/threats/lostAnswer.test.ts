import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { callFunctionsAt, inbox, startIssuer } from '../support/api.ts';
import { cutOff, type Fault, pass, resetAfter, resetBefore, startFaultyEngine } from '../support/faultyEngine.ts';
import { expectWhole } from '../support/partition.ts';
import { brief, createApi, eventsOf, stopClock } from '../support/person.ts';
import { prepare, WRITES } from '../support/writes.ts';

stopClock();
const issuer = await startIssuer();
const engine = await startFaultyEngine();
afterAll(() => engine.shut());
callFunctionsAt(engine.endpoint);

const KEY = { 'idempotency-key': '"once"' };

/** Attempts of the SDK at one call. */
const ATTEMPTS = 3;

/** A cold API each time, so that no test lives on the retry budget of another. */
const somebody = () => createApi(issuer).person();

/** A write that is answered 503, since nobody hears how its commit ended. */
const unheard = async (write: (typeof WRITES)[number], fault: Fault) => {
  const me = await somebody();
  const request = await prepare(write, me);
  const before = { events: (await eventsOf(me)).length, messages: inbox.messages(me.phone).length };
  engine.spoil(me.sub, 'TransactWriteItems', fault, ATTEMPTS);
  expect(brief(await request(KEY))).toBe('503/14 STORAGE_UNAVAILABLE');
  const events = async () => (await eventsOf(me)).slice(before.events);
  return { me, request, events, messages: () => inbox.messages(me.phone).length - before.messages };
};

describe.each(WRITES)('$name whose commit is done and whose answer is lost', (write) => {
  it('is answered as done when it is repeated under its key, and is not done again', async () => {
    const { me, request, events, messages } = await unheard(write, resetAfter);
    expect(await events()).toEqual(write.events);

    const again = await request(KEY);
    expect(again.status).toBe(200);
    const last = (await expectWhole(me.sub)).at(-1);
    expect(again.body).toMatchObject({ details: { sequence: String(last?.sequence), changeDate: last?.createdAt } });
    expect(await request(KEY)).toEqual(again);
    expect(await events()).toEqual(write.events);
    // What follows the commit was never begun, and is not made up for: nobody is sent a message twice.
    expect(messages()).toBe(0);
  });

  it('is decided anew when it is repeated without a key', async () => {
    const { request, events } = await unheard(write, resetAfter);
    expect((await request()).status).toBeGreaterThanOrEqual(400);
    expect(await events()).toEqual(write.events);
  });

  it('is another request than one under the same key that asks for something else', async () => {
    const { me, events } = await unheard(write, resetAfter);
    const other = write.name === 'removePhone' ? 'removeOtpSms' : 'removePhone';
    expect(brief(await me.call(other, {}, KEY))).toBe('422/3 IDEMPOTENCY_KEY_REUSED');
    expect(await events()).toEqual(write.events);
  });
});

describe('a commit that nobody heard of', () => {
  it.each([
    ['cut off in the middle of its answer', cutOff, true],
    ['that never came', resetBefore, false],
  ])('%s: the repetition under the key makes it one', async (_, fault, done) => {
    const add = WRITES.find(({ name }) => name === 'addOtpSms') as (typeof WRITES)[number];
    const { me, request, events } = await unheard(add, fault);
    expect(await events()).toEqual(done ? add.events : []);

    expect(brief(await request(KEY))).toBe('200');
    expect(await events()).toEqual(add.events);
    await expectWhole(me.sub);
  });
});

describe.each(WRITES)('$name that comes twice at once', (write) => {
  it('is answered the same, also when one is read before the other and decided after it', async () => {
    const me = await somebody();
    const request = await prepare(write, me);
    const before = (await eventsOf(me)).length;
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    engine.spoil(me.sub, 'Query', async (attempt) => {
      await released;
      await pass(attempt);
    });

    const slow = request(KEY);
    // Time enough to look for a kept answer, were it not looked for after the user.
    await sleep(30);
    const quick = await request(KEY);
    release();

    expect(quick.status).toBe(200);
    expect(await slow).toEqual(quick);
    expect((await eventsOf(me)).slice(before)).toEqual(write.events);
  });
});
