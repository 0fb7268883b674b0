import { randomUUID } from 'node:crypto';
import { createTable } from '../../infra/local/table.ts';
import type { Bench, Section } from './bench.ts';
import { type FunctionProcess, startFunction } from './process.ts';
import { inBlocks, type Request, requestsFor } from './requests.ts';
import { median, ratio } from './statistics.ts';

/** Requests of one block. */
const BLOCK = 20;

/** Blocks that nobody counts. */
const WARM_UP = 3;

type Side = { readonly name: string; readonly started: FunctionProcess; next(): readonly Request[] };

const blocksOf = (quick: boolean): number => (quick ? 6 : 40);

/** Blocks of the one and of the other in turn; returns their medians. */
const compare = async ({ noise, quick }: Bench, sides: readonly [Side, Side]) => {
  const medians: [number[], number[]] = [[], []];
  for (let block = -WARM_UP; block < blocksOf(quick); block++) {
    for (const [i, { started, next }] of sides.entries()) {
      noise.probe();
      const { times, statuses } = await started.call({ requests: next() });
      if (statuses.some((status) => status !== 200)) throw new Error(`${started.bundle} refused a request`);
      if (block >= 0) medians[i]?.push(median(times));
    }
  }
  return medians;
};

/** The same requests for users with a short and with a long log: enrolling and taking back in turn. */
const compareHistories = async (bench: Bench) => {
  const { stage, people, variants, worker, quick } = bench;
  const started = await startFunction(worker, variants.toggle.file, stage.environment);
  const side = async (events: number): Promise<Side> => {
    const [request] = await requestsFor(stage.issuer, [await people.createWithHistory(events)]);
    const requests = Array.from({ length: BLOCK }, (_, i) => ({ ...request, removes: i % 2 === 1 }) as Request);
    return { name: `${events} events`, started, next: () => requests };
  };
  const sides = [await side(10), await side(quick ? 1_000 : 10_000)] as const;
  const medians = await compare(bench, sides);
  await started.stop();
  return { sides, medians };
};

/** The same requests in a table with few and in one with many users. */
const compareTables = async (bench: Bench) => {
  const { stage, people, variants, worker, quick } = bench;
  const side = async (users: number): Promise<Side> => {
    const table = `otp-sms-factor-bench-${randomUUID()}`;
    await createTable(stage.engine, table);
    const measured = BLOCK * (WARM_UP + blocksOf(quick));
    const inUse = await people.create(measured, table);
    await people.fill(users, table);
    const started = await startFunction(worker, variants.ours.file, { ...stage.environment, TABLE_NAME: table });
    return { name: `${users} users`, started, next: inBlocks(await requestsFor(stage.issuer, inUse), BLOCK) };
  };
  const sides = [await side(10), await side(quick ? 3_000 : 1_000_000)] as const;
  const medians = await compare(bench, sides);
  await Promise.all(sides.map(({ started }) => started.stop()));
  return { sides, medians };
};

/** Whether requests take longer as histories and tables grow. */
export const measureGrowth = async (bench: Bench): Promise<Section> => {
  const histories = await compareHistories(bench);
  const tables = await compareTables(bench);
  const rows = [histories, tables].flatMap(({ sides, medians }) =>
    sides.map(({ name }, i): [string, ...number[]] => [
      name,
      median(medians[i] ?? []),
      ratio(medians[i] ?? [], medians[0]),
    ]),
  );
  return {
    title: 'Growth (ms)',
    columns: ['p50', '÷ small'],
    rows,
    figures: [
      { name: 'long history ÷ short one', value: rows[1]?.[2] ?? Number.NaN, unit: '×', goal: { atMost: 1.1 } },
      { name: 'large table ÷ small one', value: rows[3]?.[2] ?? Number.NaN, unit: '×', goal: { atMost: 1.1 } },
    ],
  };
};
