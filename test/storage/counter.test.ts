import { randomUUID } from 'node:crypto';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { createDocumentClient } from '../../lib/storage/client.ts';
import { type Counter, createCounters, opensAtMs } from '../../lib/storage/counter.ts';
import { limitKey } from '../../lib/storage/keys.ts';
import { fromSetup } from '../support/environment.ts';

const client = createDocumentClient();
const counters = createCounters(client, fromSetup('TABLE_NAME'));

/** A counter that nobody else has: half of four messages at once, one more in 30 s. */
const some = (): Counter => ({
  key: limitKey('PHONE', 'NUMBER', randomUUID(), 60),
  budget: { messages: 4, windowSeconds: 60 },
});

const NOW_MS = Date.parse('2026-01-01T12:00:00Z');
const shownBy = async (counter: Counter) => (await counters.look([counter]))(counter);

describe('a counter', () => {
  it('shows nothing before it is used, and two times afterwards', async () => {
    const counter = some();
    expect(await shownBy(counter)).toBeUndefined();
    expect(await counters.take(counter, undefined, NOW_MS)).toBeUndefined();
    expect(await shownBy(counter)).toMatchObject({ fullAt: NOW_MS + 30_000, takenAt: NOW_MS });
    expect(await counters.take(counter, await shownBy(counter), NOW_MS + 1)).toBeUndefined();
    expect(await shownBy(counter)).toMatchObject({ fullAt: NOW_MS + 60_000, takenAt: NOW_MS + 1 });
  });

  it.each([
    ['nothing', undefined],
    ['what is long gone', { fullAt: NOW_MS - 1, takenAt: NOW_MS - 2 }],
    ['what never was', { fullAt: NOW_MS + 1, takenAt: NOW_MS }],
  ])('is taken from as it is, though %s was seen of it', async (_, shown) => {
    const counter = some();
    for (const opensAt of [undefined, undefined, NOW_MS + 30_000]) {
      expect(await counters.take(counter, shown, NOW_MS)).toBe(opensAt);
    }
    expect(await shownBy(counter)).toMatchObject({ fullAt: NOW_MS + 60_000 });
  });

  it('opens when one message is refilled, to the millisecond', async () => {
    const counter = some();
    for (let message = 0; message < 2; message++) await counters.take(counter, undefined, NOW_MS);
    const shown = await shownBy(counter);
    expect([0, 29_999, 30_000].map((ms) => opensAtMs(counter, shown, NOW_MS + ms))).toEqual([
      NOW_MS + 30_000,
      NOW_MS + 30_000,
      undefined,
    ]);
    expect(await counters.take(counter, shown, NOW_MS + 29_999)).toBe(NOW_MS + 30_000);
    expect(await counters.take(counter, shown, NOW_MS + 30_000)).toBeUndefined();
  });

  it('believes a clock that is a minute ahead, and no other', async () => {
    for (const [ahead, opensAt] of [
      [60_000, NOW_MS + 90_000],
      [60_001, undefined],
    ] as const) {
      const counter = some();
      for (let message = 0; message < 2; message++) await counters.take(counter, undefined, NOW_MS + ahead);
      expect(await counters.take(counter, undefined, NOW_MS)).toBe(opensAt);
    }
  });

  it('gets back what was taken, less what time has refilled, and never more', async () => {
    const counter = some();
    for (let message = 0; message < 2; message++) await counters.take(counter, undefined, NOW_MS);
    await counters.giveBack(counter, NOW_MS, NOW_MS + 10_000);
    expect(await shownBy(counter)).toMatchObject({ fullAt: NOW_MS + 40_000 });
    await counters.giveBack(counter, NOW_MS, NOW_MS + 30_000);
    expect(await shownBy(counter)).toMatchObject({ fullAt: NOW_MS + 40_000 });
    await expect(counters.giveBack(counter, NOW_MS + 39_000, NOW_MS + 40_000)).rejects.toThrow();
    expect(await shownBy(counter)).toMatchObject({ fullAt: NOW_MS + 40_000 });
  });

  it('that an answer leaves out counts as unseen, which decides nothing', async () => {
    const throttled = createDocumentClient();
    throttled.middlewareStack.add(
      (next, { commandName }) =>
        (args) =>
          commandName === 'BatchGetItemCommand'
            ? Promise.resolve({ output: { $metadata: {} }, response: {} })
            : next(args),
      { step: 'initialize' },
    );
    const counter = some();
    for (let message = 0; message < 2; message++) await counters.take(counter, undefined, NOW_MS);
    const blind = createCounters(throttled, fromSetup('TABLE_NAME'));
    const look = await blind.look([counter]);
    expect(look(counter)).toBeUndefined();
    expect(await blind.take(counter, look(counter), NOW_MS)).toBe(NOW_MS + 30_000);
  });

  it('is not waited for where it changes whenever it is looked at', async () => {
    const counter = some();
    const rivals = createDocumentClient();
    let tries = 0;
    rivals.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName !== 'UpdateItemCommand') return next(args);
          tries += 1;
          // It is in use for who takes it for unused, and gone for who has seen that.
          const Item = { ...counter.key, fullAt: NOW_MS + 1, takenAt: NOW_MS };
          const [TableName, Key] = [fromSetup('TABLE_NAME'), counter.key];
          if (tries % 2) await client.send(new PutCommand({ TableName, Item }));
          else await client.send(new DeleteCommand({ TableName, Key }));
          return next(args);
        },
      { step: 'initialize' },
    );
    const contended = createCounters(rivals, fromSetup('TABLE_NAME'));
    await expect(contended.take(counter, undefined, NOW_MS)).rejects.toMatchObject({
      reason: 'STORAGE_UNAVAILABLE',
      retryAfter: 1,
    });
    expect(tries).toBe(10);
  });

  it('is unavailable when storage is', async () => {
    const counter = some();
    const aborted = AbortSignal.abort();
    await expect(counters.look([counter], aborted)).rejects.toMatchObject({ reason: 'STORAGE_UNAVAILABLE' });
    await expect(counters.take(counter, undefined, NOW_MS, aborted)).rejects.toMatchObject({
      reason: 'STORAGE_UNAVAILABLE',
    });
  });
});
