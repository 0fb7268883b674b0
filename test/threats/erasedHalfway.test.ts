import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, describe, expect, it } from 'vitest';
import { configFor, someone, startIssuer, users } from '../support/api.ts';
import { fromSetup } from '../support/environment.ts';
import { addEvents, eraserOf } from '../support/erasing.ts';
import { type Attempt, pass, startFaultyEngine } from '../support/faultyEngine.ts';
import { itemsOf } from '../support/partition.ts';
import { brief, createApi, somePhone } from '../support/person.ts';

const issuer = await startIssuer();
const { person } = createApi(issuer);
const erase = eraserOf(configFor(issuer));
const engine = await startFaultyEngine();
afterAll(() => engine.shut());

const handler = new URL('../../functions/support.ts', import.meta.url).href;

/** The deployed function, called once in a process of its own. */
const PROGRAM = `
  const { handler } = await import(${JSON.stringify(handler)});
  const { code } = await handler(JSON.parse(process.env.EVENT), { awsRequestId: '1', getRemainingTimeInMillis: () => 10_000 });
  process.exit(code === undefined ? 0 : 1);
`;

const start = (userId: string): ChildProcess =>
  spawn(process.execPath, ['--input-type=module', '--eval', PROGRAM], {
    env: {
      ...process.env,
      AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
      TABLE_NAME: fromSetup('TABLE_NAME'),
      DEFAULT_RESOURCE_OWNER: 'owner',
      STEP_UP: 'off',
      EVENT: JSON.stringify({ action: 'erase', userId, operator: 'alice', reason: 'Asked for it' }),
    },
    stdio: 'ignore',
  });

type Death = (attempt: Attempt, kill: () => Promise<void>) => Promise<void>;

const beforeTheEngine: Death = (_, kill) => kill();

const beforeTheAnswer: Death = async (attempt, kill) => {
  await attempt.apply();
  await kill();
};

/** A user for whom erasing takes the tombstone, two batches, and the tombstone's removal. */
const withTwoBatches = async (): Promise<string> => {
  const sub = someone();
  await users.put(sub, { phone: somePhone(), verified: true });
  await addEvents(fromSetup('TABLE_NAME'), sub, 120);
  return sub;
};

describe('a process that dies while it erases leaves what the next call finishes', () => {
  it.concurrent.each([
    ['as it asks for the tombstone', 0, beforeTheEngine, false],
    ['when the tombstone stands, before it hears so', 0, beforeTheAnswer, true],
    ['before the first batch', 1, beforeTheEngine, true],
    ['when the first batch is erased, before it hears so', 1, beforeTheAnswer, true],
    ['between two batches', 2, beforeTheEngine, true],
    ['before the tombstone goes', 3, beforeTheEngine, true],
  ])('%s', async (_, writes, death, stands) => {
    const sub = await withTwoBatches();
    const before = (await itemsOf(sub)).length;
    expect(before).toBeGreaterThan(100);
    const child = start(sub);
    const gone = once(child, 'exit');
    const kill = async () => {
      child.kill('SIGKILL');
      await gone;
    };
    if (writes > 0) engine.spoil(sub, 'TransactWriteItems', pass, writes);
    engine.spoil(sub, 'TransactWriteItems', (attempt) => death(attempt, kill));

    expect((await gone)[1]).toBe('SIGKILL');
    await engine.settle(sub);

    const left = await itemsOf(sub);
    expect(left.some(({ erasedAt }) => erasedAt !== undefined)).toBe(stands);
    const me = await person({ sub });
    expect(brief(await me.call('getPhone'))).toBe(stands ? '409/10 USER_BEING_ERASED' : '200');
    expect(await erase(sub)).toBe('OK');
    expect(await itemsOf(sub)).toEqual([]);
    expect(await erase(sub)).toBe('USER_NOT_FOUND');
  });

  it('when the last write is done, before it hears so: nothing is left to do', async () => {
    const sub = await withTwoBatches();
    const child = start(sub);
    const gone = once(child, 'exit');
    engine.spoil(sub, 'TransactWriteItems', pass, 3);
    engine.spoil(sub, 'TransactWriteItems', (attempt) =>
      beforeTheAnswer(attempt, async () => {
        child.kill('SIGKILL');
        await gone;
      }),
    );
    await gone;
    expect(await itemsOf(sub)).toEqual([]);
    expect(await erase(sub)).toBe('USER_NOT_FOUND');
  });
});
