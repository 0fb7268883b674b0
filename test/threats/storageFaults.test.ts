import { afterAll, describe, expect, it } from 'vitest';
import { addOtpSms } from '../../lib/operations/addOtpSms.ts';
import {
  type Answer,
  apiOf,
  bearer,
  callFunctionsAt,
  configFor,
  lambdaContext,
  someone,
  startIssuer,
  users,
} from '../support/api.ts';
import {
  type Action,
  answering,
  cancelled,
  closed,
  cutOff,
  type Fault,
  failing,
  late,
  pass,
  resetAfter,
  resetBefore,
  silent,
  stalled,
  startFaultyEngine,
  truncated,
} from '../support/faultyEngine.ts';
import { expectWhole } from '../support/partition.ts';

const issuer = await startIssuer();
const config = configFor(issuer);
const engine = await startFaultyEngine();

callFunctionsAt(engine.endpoint);
afterAll(() => engine.shut());

/** Milliseconds of the function in the tests of lasting faults: enough for a few attempts, also when all come at once. */
const SHORT = 4_000;

const ADDED = 'user.human.mfa.otp.sms.added';

/** A user who could enrol: two events, the phone set and verified. */
const verified = async (): Promise<string> => {
  const sub = someone();
  await users.put(sub, { phone: '+41791234567', verified: true });
  return sub;
};

/** A cold function each time, so that no test lives on the retry budget of another. */
const enrol = async (sub: string, context = lambdaContext()): Promise<Answer> =>
  apiOf(addOtpSms, config)({ headers: bearer(await issuer.token({ sub })) }, context);

const additions = async (sub: string): Promise<number> =>
  (await expectWhole(sub)).filter(({ type }) => type === ADDED).length;

const expectUnavailable = ({ status, headers, body }: Answer): void => {
  expect(status).toBe(503);
  expect(headers).toMatchObject({ 'retry-after': '1', 'content-type': 'application/json' });
  expect(body).toMatchObject({ code: 14, details: [{ reason: 'STORAGE_UNAVAILABLE' }, { retryDelay: '1s' }] });
};

type Row = readonly [Action, string, Fault];

const onBoth = (...rows: readonly (readonly [string, Fault])[]): Row[] =>
  (['Query', 'TransactWriteItems'] as const).flatMap((action) =>
    rows.map(([name, fault]): Row => [action, name, fault]),
  );

const PAGE = '<html><body>Service unavailable</body></html>';

const QUICK = onBoth(
  ['reset before the engine hears of it', resetBefore],
  ['reset after the engine did it', resetAfter],
  ['closed without an answer', closed],
  ['cut off in the middle of the answer', cutOff],
  ['InternalServerError', failing(500, 'InternalServerError')],
  ['ServiceUnavailable', failing(503, 'ServiceUnavailable')],
  ['503 with a page of HTML', answering(503, PAGE)],
  ['502 without a body', answering(502, '')],
);

const THROTTLED: readonly Row[] = [
  ...onBoth(
    ['ThrottlingException', failing(400, 'ThrottlingException')],
    ['ProvisionedThroughputExceededException', failing(400, 'ProvisionedThroughputExceededException')],
    ['RequestLimitExceeded', failing(400, 'RequestLimitExceeded')],
  ),
  ['TransactWriteItems', 'cancelled: ThrottlingError', cancelled('ThrottlingError')],
  ['TransactWriteItems', 'cancelled: ProvisionedThroughputExceeded', cancelled('ProvisionedThroughputExceeded')],
  ['TransactWriteItems', 'TransactionInProgressException', failing(400, 'TransactionInProgressException')],
];

// Longer than an attempt; the first copy of a write reaches the engine after its second.
const SLOW = onBoth(['later than an attempt lasts', late(2_400)], ['an answer that stops half-way', stalled]);

describe('a fault that passes costs the caller nothing but time', () => {
  it.concurrent.each([
    ...QUICK.map((row) => [...row, 2] as const),
    ...THROTTLED.map((row) => [...row, 1] as const),
    ...SLOW.map((row) => [...row, 1] as const),
  ])('%s: %s', async (action, _, fault, times) => {
    const sub = await verified();
    engine.spoil(sub, action, fault, times);

    const { status, body } = await enrol(sub);
    await engine.settle(sub);

    expect(status).toBe(200);
    expect(body.details).toMatchObject({ sequence: '4' });
    expect(await additions(sub)).toBe(1);
    expect(engine.attempts(sub, action)).toHaveLength(times + 1);
    const tokens = new Set(engine.attempts(sub, 'TransactWriteItems'));
    expect([...tokens]).toEqual([expect.stringMatching(/^[\w-]{36}$/)]);
  });
});

/** Faults of a write that lose nothing but the answer. */
const DONE = new Set<Fault>([resetAfter, cutOff, stalled, truncated]);

describe('a fault that lasts is UNAVAILABLE within the time of the function, and nothing is half-written', () => {
  it.concurrent.each([
    ...QUICK,
    ...THROTTLED,
    ...onBoth(['no answer, ever', silent], ['an answer that stops half-way', stalled]),
  ])('%s: %s', async (action, _, fault) => {
    const sub = await verified();
    engine.spoil(sub, action, fault, 20);
    const context = lambdaContext(SHORT);

    const answer = await enrol(sub, context);

    expect(context.getRemainingTimeInMillis()).toBeGreaterThan(0);
    expectUnavailable(answer);
    const isDone = action === 'TransactWriteItems' && DONE.has(fault);
    expect(await additions(sub)).toBe(isDone ? 1 : 0);
    const attempts = engine.attempts(sub, action);
    expect(attempts.length).toBeLessThanOrEqual(3);
    expect(new Set(attempts).size).toBe(1);

    engine.heal(sub);
    expect((await enrol(sub)).status).toBe(isDone ? 409 : 200);
    expect(await additions(sub)).toBe(1);
  });

  it.concurrent('a write that comes through after the function gave up is written as a whole, and once', async () => {
    const sub = await verified();
    const release = Promise.withResolvers<void>();
    const held: Fault = async (attempt) => {
      await release.promise;
      await pass(attempt);
    };
    engine.spoil(sub, 'TransactWriteItems', held, 20);
    const context = lambdaContext(SHORT);

    expectUnavailable(await enrol(sub, context));
    expect(context.getRemainingTimeInMillis()).toBeGreaterThan(0);
    expect(await additions(sub)).toBe(0);

    release.resolve();
    await engine.settle(sub);
    expect(await additions(sub)).toBe(1);
    engine.heal(sub);
    expect((await enrol(sub)).status).toBe(409);
  });
});

describe('a lost race is run again with a token of its own', () => {
  it.concurrent('wins the next time', async () => {
    const sub = await verified();
    engine.spoil(sub, 'TransactWriteItems', cancelled('TransactionConflict'), 2);

    expect((await enrol(sub)).status).toBe(200);

    expect(await additions(sub)).toBe(1);
    expect(engine.attempts(sub, 'Query')).toHaveLength(3);
    expect(new Set(engine.attempts(sub, 'TransactWriteItems')).size).toBe(3);
  });

  it.concurrent('is ABORTED when it is lost for ever, with nothing written', async () => {
    const sub = await verified();
    engine.spoil(sub, 'TransactWriteItems', cancelled('TransactionConflict'), 100);

    const { status, body } = await enrol(sub);

    expect(status).toBe(409);
    expect(body).toMatchObject({ code: 10, details: [{ reason: 'CONCURRENT_CHANGE' }] });
    expect(await additions(sub)).toBe(0);
    expect(engine.attempts(sub, 'TransactWriteItems').length).toBeLessThanOrEqual(10);
  });
});

describe('an answer that is no answer of DynamoDB is INTERNAL with a fixed text, never a crash', () => {
  it.concurrent.each([
    ...onBoth(['a page of HTML with status 200', answering(200, PAGE)], ['half a JSON document', truncated]),
    ...onBoth(['an error that nobody knows', failing(400, 'SomethingNewException')]),
    ['TransactWriteItems', 'cancelled: ValidationError', cancelled('ValidationError')] as const,
    ['TransactWriteItems', 'cancelled without a reason', failing(400, 'TransactionCanceledException')] as const,
  ])('%s: %s', async (action, _, fault) => {
    const sub = await verified();
    engine.spoil(sub, action, fault, 20);

    const { status, body } = await enrol(sub);

    expect(status).toBe(500);
    expect(body).toMatchObject({ code: 13, message: 'Something went wrong on our side' });
    const isDone = action === 'TransactWriteItems' && DONE.has(fault);
    expect(await additions(sub)).toBe(isDone ? 1 : 0);
    engine.heal(sub);
    expect((await enrol(sub)).status).toBe(isDone ? 409 : 200);
  });
});

// Last, and one after the other: the port is everybody's.
describe('a closed port is UNAVAILABLE until it opens', () => {
  it.each(['Query', 'TransactWriteItems'] as const)('%s', async (action) => {
    const sub = await verified();
    const shutAfter: Fault = async (attempt) => {
      await pass(attempt);
      await engine.shut();
    };
    if (action === 'Query') await engine.shut();
    else engine.spoil(sub, 'Query', shutAfter);
    const context = lambdaContext(SHORT);

    expectUnavailable(await enrol(sub, context));

    expect(context.getRemainingTimeInMillis()).toBeGreaterThan(0);
    expect(engine.attempts(sub, 'TransactWriteItems')).toEqual([]);
    expect(await additions(sub)).toBe(0);
    await engine.open();
    expect((await enrol(sub)).status).toBe(200);
    expect(await additions(sub)).toBe(1);
  });
});
