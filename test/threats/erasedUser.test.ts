import { hash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { run } from '../../lib/domain/decision.ts';
import type { Root } from '../../lib/domain/user.ts';
import { OPERATIONS } from '../../lib/operations/index.ts';
import { createDocumentClient } from '../../lib/storage/client.ts';
import { createUserStore } from '../../lib/storage/userStore.ts';
import { callFunctionsAt, configFor, someone, startIssuer } from '../support/api.ts';
import { SOME_CHALLENGE } from '../support/challengeIds.ts';
import { addEvents, allItems, eraserOf, tracesOf } from '../support/erasing.ts';
import { toldOf } from '../support/eventPipe.ts';
import {
  answering,
  cancelled,
  type Fault,
  failing,
  pass,
  resetAfter,
  startFaultyEngine,
} from '../support/faultyEngine.ts';
import { facts } from '../support/given.ts';
import { EVERY_OPERATION, type EveryName } from '../support/operations.ts';
import { ownTable } from '../support/ownTable.ts';
import { itemsOf } from '../support/partition.ts';
import { brief, codeFor, createApi, type Name, somePhone } from '../support/person.ts';
import { createPreparation, KNOWN_CODE } from '../support/prepared.ts';
import { SERVICES, servicesOf } from '../support/services.ts';

const issuer = await startIssuer();
const table = await ownTable();
const engine = await startFaultyEngine();
afterAll(() => engine.shut());
const env = { ...SERVICES, TABLE_NAME: table, RESEND_WAIT_SECONDS: '60' };
const config = configFor(issuer, env);
const prepare = createPreparation(config);
callFunctionsAt(engine.endpoint);
const { person } = createApi(issuer, env);
const service = servicesOf(issuer, env);
const erase = eraserOf(config);

/** A user with a proven number, another one that waits, codes for both, and the factor unless it is to be added. */
const preparedFor = async (name?: EveryName) => {
  const [me, next] = [await person(), somePhone()];
  await prepare(me, next, !name?.startsWith('add'));
  return { me, phones: [me.phone, next, somePhone()] };
};

type Prepared = Awaited<ReturnType<typeof preparedFor>>;

/** What may come beside an erasing; `deleteUser` is one. */
const NAMES = (Object.keys(EVERY_OPERATION) as EveryName[]).filter((name) => name !== 'deleteUser');
const LOGIN = { sub: 'both', scope: 'otp:write' };

const answerTo = (name: EveryName, { me, phones }: Prepared, headers = {}) => {
  const challengeId = name.startsWith('check') ? SOME_CHALLENGE : undefined;
  const body = { phone: phones[2], code: KNOWN_CODE, verificationCode: KNOWN_CODE, reason: 'lost', challengeId };
  return name in OPERATIONS ? me.call(name as Name, body, headers) : service(LOGIN, name, me.sub, body, headers);
};

/** Every operation does something to a prepared user, under a key that keeps its answer. */
const call = async (name: EveryName, prepared: Prepared): Promise<string> =>
  brief(await answerTo(name, prepared, { 'idempotency-key': name }));

/** What an operation comes to by itself, and whether it writes. */
const alone = async (name: EveryName): Promise<{ readonly answer: string; readonly writes: boolean }> => {
  const prepared = await preparedFor(name);
  const written = () => engine.transactions(prepared.me.sub).length;
  const before = written();
  const answer = await call(name, prepared);
  const writes = written() > before;
  if (name in OPERATIONS) expect({ answer, writes }).toEqual({ answer: '200', writes: !EVERY_OPERATION[name].reads });
  return { answer, writes };
};

const BEING_ERASED = '409/10 USER_BEING_ERASED';

/** A prepared user to whom so many more things have happened. */
const withEvents = async (count: number): Promise<Prepared> => {
  const prepared = await preparedFor();
  await addEvents(table, prepared.me.sub, count);
  return prepared;
};

/** Erases until there is nobody left. */
const eraseAll = async (userId: string): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) if ((await erase(userId)) === 'USER_NOT_FOUND') return;
  throw new Error('The user is still there');
};

const expectGone = async ({ me, phones }: Prepared): Promise<void> => {
  expect(await tracesOf(table, me.sub, phones)).toEqual([]);
};

/** A step that waits: `held` when it is there, until it is let go. */
const hold = () => {
  const [held, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const fault: Fault = async (attempt) => {
    held.resolve();
    await released.promise;
    await pass(attempt);
  };
  return { fault, held: held.promise, release: () => released.resolve() };
};

/** Leaves a user half-erased: the tombstone stands, and the next write of the erasing fails. */
const interrupted = async (prepared: Prepared): Promise<void> => {
  engine.spoil(prepared.me.sub, 'TransactWriteItems', pass);
  engine.spoil(prepared.me.sub, 'TransactWriteItems', failing(500, 'InternalServerError'), 3);
  expect(await erase(prepared.me.sub)).toBe('STORAGE_UNAVAILABLE');
};

describe('a user who is erased', () => {
  it('is in the table before, and nowhere after: neither the id nor a number, in any spelling', async () => {
    const prepared = await preparedFor();
    const { me, phones } = prepared;
    for (const name of NAMES.toSorted()) await call(name, prepared);
    await call('setPhone', { me, phones: [me.phone, me.phone, somePhone()] });
    const before = await itemsOf(me.sub, table);
    expect(new Set(before.map(({ sk }) => String(sk).split('#')[0]))).toEqual(
      new Set(['EVENT', 'IDEMPOTENCY', 'STATE']),
    );
    expect(await tracesOf(table, me.sub, [])).toHaveLength(before.length);
    expect((await tracesOf(table, 'nobody', phones)).length).toBeGreaterThan(0);

    expect(await erase(me.sub)).toBe('OK');

    await expectGone(prepared);
    expect(await erase(me.sub)).toBe('USER_NOT_FOUND');
  });

  it('was never there: nothing is written', async () => {
    const stranger = someone();
    expect(await erase(stranger)).toBe('USER_NOT_FOUND');
    expect(engine.attempts(stranger, 'TransactWriteItems')).toEqual([]);
  });

  it('has 1,000 events: they go in one call', async () => {
    const prepared = await withEvents(1_000);
    expect(await erase(prepared.me.sub)).toBe('OK');
    await expectGone(prepared);
  });

  it('has more than a call erases: the next one goes on', async () => {
    const prepared = await withEvents(3_100);
    expect(await erase(prepared.me.sub)).toBe('USER_BEING_ERASED');
    const left = await itemsOf(prepared.me.sub, table);
    expect(left.length).toBeGreaterThan(1);
    expect(left.length).toBeLessThan(1_000);
    expect(await call('getPhone', prepared)).toBe(BEING_ERASED);
    expect(await erase(prepared.me.sub)).toBe('OK');
    await expectGone(prepared);
  });
});

describe('while the tombstone stands', () => {
  it('the number is gone already', async () => {
    const prepared = await preparedFor();
    await interrupted(prepared);
    const [root, ...codes] = (await itemsOf(prepared.me.sub, table)).filter(({ sk }) =>
      String(sk).startsWith('STATE#'),
    );
    expect(codes).toEqual([]);
    expect(Object.keys(root ?? {}).sort()).toEqual(
      ['changeDate', 'creationDate', 'erasedAt', 'ownerIsDefault', 'pk', 'resourceOwner', 'sequence', 'sk'].sort(),
    );
    expect(await tracesOf(table, 'nobody', prepared.phones)).toEqual([]);
  });

  it('the database records nothing of the user, though the rules were wrong', async () => {
    const prepared = await preparedFor();
    const { sub } = prepared.me;
    await interrupted(prepared);
    const store = createUserStore(createDocumentClient(), table);
    const { root, ...rest } = await store.load(sub);
    const { erasedAt, ...mistaken } = root ?? ({} as Root);
    const context = { now: new Date(), editor: sub, policy: config.policy };
    const outcome = run(
      () => ({ facts: [facts.changed(prepared.phones[0] as string)] }),
      { ...rest, root: mistaken },
      undefined,
      context,
    );
    expect(await store.commit(sub, outcome, [])).toMatchObject({ committed: false, found: { root: { erasedAt } } });
    await eraseAll(sub);
  });

  it.each(NAMES)('%s is ABORTED, and says what to do', async (name) => {
    const prepared = await preparedFor(name);
    await interrupted(prepared);
    const { me } = prepared;
    const answer = await answerTo(name, prepared);
    expect(answer).toMatchObject({ status: 409, body: { code: 10, details: [{ reason: 'USER_BEING_ERASED' }] } });
    expect(answer.body.message).toMatch(/being erased: erase again until the answer is NOT_FOUND/);
    expect(await call(name, prepared)).toBe(BEING_ERASED);
    await eraseAll(me.sub);
    await expectGone(prepared);
  });
});

describe.each(NAMES)('%s at the same time', (name) => {
  it.each(['Query', 'TransactWriteItems'] as const)(
    'is under way, and comes to its %s after all is erased',
    async (action) => {
      const { answer: expected, writes } = await alone(name);
      const prepared = await preparedFor(name);
      const { sub } = prepared.me;
      const { fault, held, release } = hold();
      // Of the reading the answer is late, of the writing the request.
      const late: Fault = async (attempt) => {
        const reply = await attempt.apply();
        await fault({ ...attempt, apply: async () => reply });
      };
      engine.spoil(sub, action, action === 'Query' ? late : fault);

      const answer = call(name, prepared);
      await (action === 'Query' || writes ? held : answer);
      engine.heal(sub);
      expect(await erase(sub)).toBe('OK');
      release();

      expect(await answer).toBe(writes ? BEING_ERASED : expected);
      await expectGone(prepared);
      expect(await erase(sub)).toBe('USER_NOT_FOUND');
    },
  );

  it('comes first, when the tombstone is on its way: that is decided again', async () => {
    const prepared = await preparedFor(name);
    const { sub } = prepared.me;
    const { fault, held, release } = hold();
    engine.spoil(sub, 'TransactWriteItems', fault);

    const erasing = erase(sub);
    await held;
    expect(await call(name, prepared)).toBe((await alone(name)).answer);
    release();

    expect(await erasing).toBe('OK');
    await expectGone(prepared);
  });

  it('is asked for again and again, from before the first erasing until after the last', async () => {
    const prepared = await preparedFor(name);
    const { sub } = prepared.me;
    const calls = Array.from({ length: 12 }, async (_, turn) => {
      await sleep(turn * 4);
      return call(name, prepared);
    });
    const erasings = Array.from({ length: 3 }, async (_, turn) => {
      await sleep(turn * 8);
      return erase(sub);
    });
    await Promise.all(calls);
    const ends = new Set(await Promise.all(erasings));
    expect(ends).toContain('OK');
    for (const end of ends) expect(['OK', 'USER_BEING_ERASED', 'USER_NOT_FOUND', 'CONCURRENT_CHANGE']).toContain(end);
    await eraseAll(sub);
    await expectGone(prepared);
  });
});

describe('two erasings at the same time', () => {
  it('one takes over, and the other says so', async () => {
    const prepared = await preparedFor();
    const { sub } = prepared.me;
    const { fault, held, release } = hold();
    engine.spoil(sub, 'TransactWriteItems', pass);
    engine.spoil(sub, 'TransactWriteItems', fault);
    const first = erase(sub);
    await held;
    expect(await erase(sub)).toBe('OK');
    release();
    expect(await first).toBe('USER_BEING_ERASED');
    await expectGone(prepared);
  });

  it('one that comes late takes nothing of a user who has begun anew', async () => {
    const prepared = await preparedFor();
    const { me } = prepared;
    const { fault, held, release } = hold();
    engine.spoil(me.sub, 'TransactWriteItems', pass);
    engine.spoil(me.sub, 'TransactWriteItems', fault);
    const first = erase(me.sub);
    await held;
    await eraseAll(me.sub);
    expect(brief(await me.call('setPhone', { phone: me.phone }))).toBe('200');
    const anew = await itemsOf(me.sub, table);
    release();
    expect(await first).toBe('USER_BEING_ERASED');
    expect(await itemsOf(me.sub, table)).toEqual(anew);
    expect(brief(await me.call('verifyPhone', { code: codeFor(me.phone) }))).toBe('200');
  });
});

describe('an erasing', () => {
  it.each([
    ['an answer is lost', 'TransactWriteItems', resetAfter, 'OK'],
    ['a batch meets another write', 'TransactWriteItems', cancelled('TransactionConflict'), 'OK'],
    ['the table is throttled', 'TransactWriteItems', cancelled('ThrottlingError'), 'OK'],
    ['an answer tells of no items', 'Query', answering(200, '{}'), 'INTERNAL'],
    ['the table does not know us', 'Query', failing(400, 'AccessDeniedException'), 'INTERNAL'],
  ] as const)('where %s goes on, at once or when it is called again', async (_, action, fault, expected) => {
    const prepared = await preparedFor();
    engine.spoil(prepared.me.sub, action, pass);
    engine.spoil(prepared.me.sub, action, fault);
    expect(await erase(prepared.me.sub)).toBe(expected);
    if (expected !== 'OK') expect(await erase(prepared.me.sub)).toBe('OK');
    await expectGone(prepared);
  });
});

describe('the bus', () => {
  it('is told once when all is done, without a name', async () => {
    const prepared = await preparedFor();
    const { me, phones } = prepared;
    const isOfErasing = ({ type }: Record<string, unknown>) => type === 'user.erased';
    const before = (await allItems(table)).filter(isOfErasing);
    await interrupted(prepared);
    expect((await allItems(table)).filter(isOfErasing)).toHaveLength(before.length);
    await eraseAll(me.sub);

    const known = new Set(before.map(({ pk }) => pk));
    const items = (await allItems(table)).filter((item) => isOfErasing(item) && !known.has(item.pk));
    expect(items).toMatchObject([{ ttl: expect.any(Number) }]);
    const told = toldOf(items);
    expect(told).toEqual([
      {
        source: 'otp-sms-factor',
        'detail-type': 'user.erased',
        time: expect.any(String),
        detail: {
          user: expect.stringMatching(/^ERASED#[0-9a-f]{64}$/),
          sequence: '8',
          createdAt: told[0]?.time,
          editor: 'operator:alice',
          resourceOwner: expect.any(String),
        },
      },
    ]);
    for (const secret of [me.sub, ...phones, 'Mustermann']) expect(JSON.stringify(items)).not.toContain(secret);
    expect(items[0]?.pk).toBe(`ERASED#${hash('sha256', me.sub, 'hex')}`);
  });
});
