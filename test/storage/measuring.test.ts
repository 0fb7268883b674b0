import { describe, expect, it } from 'vitest';
import { measuring } from '../../lib/storage/measuring.ts';
import { createRequestStats, withRequestStats } from '../../lib/telemetry/requestStats.ts';

const INPUT = { TableName: 't' };

/** What is seen of a call that ends as told. */
const seenOf = async (commandName: string | undefined, answer: () => object) => {
  const stats = createRequestStats();
  const inputs: object[] = [];
  const next = async ({ input }: { readonly input: object }) => {
    inputs.push(input);
    return { output: answer(), response: undefined };
  };
  const call = measuring(next as never, commandName === undefined ? {} : { commandName });
  const result = await withRequestStats(stats, () => call({ input: INPUT as never })).catch((error: unknown) => error);
  return { stats, inputs, result };
};

describe('a call of DynamoDB', () => {
  it.each([
    ['QueryCommand', { ConsumedCapacity: { CapacityUnits: 2 }, $metadata: { attempts: 3 } }, 3, { read: 2, write: 0 }],
    ['TransactWriteCommand', { ConsumedCapacity: [{ CapacityUnits: 6 }, {}] }, 1, { read: 0, write: 6 }],
    [undefined, {}, 1, { read: 0, write: 0 }],
  ])('%s is asked what it consumes, and noted', async (name, output, requests, units) => {
    const { stats, inputs } = await seenOf(name, () => output);

    expect(inputs).toEqual([{ ...INPUT, ReturnConsumedCapacity: 'TOTAL' }]);
    expect(stats).toMatchObject({ requests, units, latencies: [expect.any(Number)] });
  });

  it('is noted when it fails, and fails all the same', async () => {
    const error = Object.assign(new Error('no'), { $metadata: { attempts: 2 } });

    const { stats, result } = await seenOf('GetItemCommand', () => {
      throw error;
    });

    expect(result).toBe(error);
    expect(stats).toMatchObject({ requests: 2, units: { read: 0, write: 0 }, latencies: [expect.any(Number)] });
  });

  it('is noted nowhere outside of a request', async () => {
    const call = measuring((async () => ({ output: {}, response: undefined })) as never, {});
    await expect(call({ input: INPUT as never })).resolves.toMatchObject({ output: {} });
  });
});
