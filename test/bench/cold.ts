import { setTimeout } from 'node:timers/promises';
import type { Bench, Figure, Section } from './bench.ts';
import { type FunctionProcess, startFunction } from './process.ts';
import { limitProcess } from './quota.ts';
import { inBlocks, requestsFor } from './requests.ts';
import { median, ratio, spread } from './statistics.ts';
import type { VariantName } from './variants.ts';

/** Share of a core that 128 MB of Lambda memory have once a function is loaded. */
const QUOTA = 0.07;

/** Requests after the first one, one after the other: the later half of them counts as steady. */
const IN_A_ROW = 14;

/** Steady requests that come alone: like the first one, each finds the processor and the database as the load left them. */
const ALONE = 5;

const FREE: readonly VariantName[] = ['hello', 'hello + TLS', 'bare SDK', 'plain', 'unprimed', 'trusting', 'ours'];
const LIMITED: readonly VariantName[] = ['plain', 'unprimed', 'ours'];

type Sample = {
  readonly load: number;
  readonly first: number;
  readonly total: number;
  readonly steady: number;
  /** The same of requests that come after a pause as long as the load. */
  readonly alone: number;
  readonly memory: number;
};

type Samples = Readonly<Record<string, readonly Sample[]>>;

/** Starts fresh processes of the variants in turn, so that whatever disturbs the machine disturbs all of them. */
const inTurn = async (
  { stage, people, variants, worker, noise }: Bench,
  names: readonly VariantName[],
  rounds: number,
  measure: (started: FunctionProcess, requests: readonly unknown[]) => Promise<Omit<Sample, 'load' | 'total'>>,
): Promise<Samples> => {
  const samples = Object.fromEntries(names.map((name) => [name, [] as Sample[]]));
  const each = 1 + IN_A_ROW + ALONE;
  const users = await people.create(names.length * rounds * each);
  const next = inBlocks(await requestsFor(stage.issuer, users), each);
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      const requests = next();
      noise.probe();
      const started = await startFunction(worker, variants[name].file, stage.environment);
      const measured = await measure(started, requests);
      await started.stop();
      samples[name]?.push({ ...measured, load: started.load, total: started.load + measured.first });
    }
  }
  return samples;
};

const call = async (started: FunctionProcess, requests: readonly unknown[]) => {
  const { times, statuses, memory } = await started.call({ requests });
  const failed = statuses.find((status) => status !== 200);
  if (failed !== undefined) throw new Error(`${started.bundle} answered a measured request with ${failed}`);
  return { times, memory };
};

const of = (samples: Samples, name: VariantName, key: keyof Sample) => (samples[name] ?? []).map((each) => each[key]);

const atMost = (goal: number, name: string, values: readonly number[], others: readonly number[]): Figure => ({
  name,
  value: ratio(values, others),
  unit: '×',
  goal: { atMost: goal },
});

/** From the start of a process to its first answer, with a whole core. */
export const measureColdStart = async (bench: Bench): Promise<Section> => {
  const samples = await inTurn(bench, FREE, bench.quick ? 6 : 40, async (started, requests) => {
    const first = await call(started, requests.slice(0, 1));
    const inARow = await call(started, requests.slice(1, 1 + IN_A_ROW));
    const alone: number[] = [];
    for (const request of requests.slice(1 + IN_A_ROW)) {
      await setTimeout(started.load);
      alone.push(...(await call(started, [request])).times);
    }
    return {
      first: first.times[0] ?? Number.NaN,
      steady: median(inARow.times.slice(IN_A_ROW / 2)),
      alone: median(alone),
      memory: first.memory,
    };
  });
  const all = (name: VariantName, key: keyof Sample) => of(samples, name, key);
  return {
    title: 'Cold start: load and first call (ms), peak memory (MB)',
    columns: ['load', 'first', 'load + first', 'spread', '÷ plain', 'first ÷ steady', 'the same alone', 'memory'],
    compared: ['load + first', '÷ plain', 'memory'],
    rows: FREE.map((name) => [
      name,
      median(all(name, 'load')),
      median(all(name, 'first')),
      median(all(name, 'total')),
      spread(all(name, 'total')),
      ratio(all(name, 'total'), all('plain', 'total')),
      ratio(all(name, 'first'), all(name, 'steady')),
      ratio(all(name, 'first'), all(name, 'alone')),
      median(all(name, 'memory')) / 1e6,
    ]),
    figures: [
      atMost(0.7, 'cold start ÷ plain', all('ours', 'total'), all('plain', 'total')),
      atMost(0.85, 'cold start ÷ bare SDK', all('ours', 'total'), all('bare SDK', 'total')),
      atMost(1.3, 'first call ÷ steady call, each alone', all('ours', 'first'), all('ours', 'alone')),
      atMost(1.6, 'peak memory ÷ hello world', all('ours', 'memory'), all('hello', 'memory')),
    ],
  };
};

/** The first call under the share of a core that little memory has once a function is loaded. */
export const measureLimitedStart = async (bench: Bench): Promise<Section> => {
  const samples = await inTurn(bench, LIMITED, bench.quick ? 3 : 15, async (started, requests) => {
    const lift = limitProcess(started.pid, QUOTA);
    const first = await call(started, requests.slice(0, 1));
    lift();
    return { first: first.times[0] ?? Number.NaN, steady: Number.NaN, alone: Number.NaN, memory: first.memory };
  });
  const first = (name: VariantName) => of(samples, name, 'first');
  return {
    title: `Cold start with ${QUOTA} of a core after the load (ms)`,
    columns: ['load', 'first', 'spread', '÷ plain'],
    rows: LIMITED.map((name) => [
      name,
      median(of(samples, name, 'load')),
      median(first(name)),
      spread(first(name)),
      ratio(first(name), first('plain')),
    ]),
    figures: [atMost(0.2, `first call at ${QUOTA} of a core ÷ plain`, first('ours'), first('plain'))],
  };
};
