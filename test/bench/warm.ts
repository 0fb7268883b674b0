import type { Bench, Section } from './bench.ts';
import { startFunction } from './process.ts';
import { inBlocks, requestsFor } from './requests.ts';
import { median, quantile, ratio, spread } from './statistics.ts';
import type { VariantName } from './variants.ts';

/** Requests of one block. */
const BLOCK = 50;

/** Blocks that nobody counts: the compiler is at work. */
const WARM_UP = 8;

const NAMES: readonly VariantName[] = ['bare SDK', 'plain', 'ours'];

/** Steady requests, in blocks that alternate between long-running processes. */
export const measureWarm = async ({ stage, people, variants, worker, noise, quick }: Bench): Promise<Section> => {
  const processes = await Promise.all(
    NAMES.map(async (name) => ({
      name,
      started: await startFunction(worker, variants[name].file, stage.environment),
      times: [] as number[],
      medians: [] as number[],
      cpu: [] as number[],
    })),
  );
  const blocks = quick ? 6 : 40;
  const users = await people.create(BLOCK * NAMES.length * (WARM_UP + blocks));
  const next = inBlocks(await requestsFor(stage.issuer, users), BLOCK);
  for (let block = -WARM_UP; block < blocks; block++) {
    for (const { started, times, medians, cpu } of processes) {
      noise.probe();
      const done = await started.call({ requests: next() });
      if (done.statuses.some((status) => status !== 200)) throw new Error(`${started.bundle} refused a request`);
      if (block < 0) continue;
      times.push(...done.times);
      medians.push(median(done.times));
      cpu.push(done.cpu / BLOCK);
    }
  }
  await Promise.all(processes.map(({ started }) => started.stop()));

  const of = (wanted: VariantName) => {
    const found = processes.find(({ name }) => name === wanted);
    if (!found) throw new Error(`Nothing was measured of ${wanted}`);
    return found;
  };
  const [bare, ours] = [of('bare SDK'), of('ours')];
  return {
    title: 'Warm requests (ms)',
    columns: ['p50', 'p95', 'spread', 'CPU', 'p50 ÷ bare SDK', 'CPU ÷ bare SDK'],
    compared: ['p50', 'CPU'],
    rows: processes.map(({ name, times, medians, cpu }) => [
      name,
      median(times),
      quantile(times, 0.95),
      spread(times),
      median(cpu),
      ratio(medians, bare.medians),
      ratio(cpu, bare.cpu),
    ]),
    figures: [
      { name: 'warm p50 ÷ bare SDK', value: ratio(ours.medians, bare.medians), unit: '×', goal: { atMost: 1.05 } },
      { name: 'warm CPU ÷ bare SDK', value: ratio(ours.cpu, bare.cpu), unit: '×', goal: { atMost: 1.1 } },
    ],
  };
};
