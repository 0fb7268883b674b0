import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { endProcesses } from '../../infra/local/processes.ts';
import type { Bench, Section } from './bench.ts';
import { measureColdStart, measureLimitedStart } from './cold.ts';
import { measureContention } from './contention.ts';
import { measureCost } from './cost.ts';
import { measureFirstWalk } from './firstWalk.ts';
import { measureGrowth } from './growth.ts';
import { runLoad } from './load.ts';
import { describeMachine } from './machine.ts';
import { watchNoise } from './noise.ts';
import { measureOwnCode } from './ownCode.ts';
import { createPeople } from './people.ts';
import { comparisonText, goalsText, sectionText } from './report.ts';
import { measureSizes } from './sizes.ts';
import { startStage } from './stage.ts';
import { buildVariants, buildWorker } from './variants.ts';
import { measureWaits } from './waits.ts';
import { measureWarm } from './warm.ts';

const MEASUREMENTS: Readonly<Record<string, (bench: Bench) => Promise<Section>>> = {
  waits: measureWaits,
  sizes: measureSizes,
  cold: measureColdStart,
  limited: measureLimitedStart,
  walk: measureFirstWalk,
  warm: measureWarm,
  own: measureOwnCode,
  cost: measureCost,
  contention: measureContention,
  growth: measureGrowth,
};

const USAGE = `npm run bench -- [--quick] [--out FILE] [${Object.keys(MEASUREMENTS).join('|')} …] | load [--seconds N]\n`;

const write = (text: string) => void process.stdout.write(text);

const measureAll = async (bench: Bench, names: readonly string[], out: string): Promise<void> => {
  const machine = await describeMachine();
  write(`${machine.processor}, ${machine.cores} cores, ${machine.memory}, ${machine.system}, Node ${machine.node}\n`);
  write(
    `${Object.entries(machine.packages)
      .map((each) => each.join(' '))
      .join(', ')}\n`,
  );
  const sections: Section[] = [];
  for (const name of names) {
    const section = await MEASUREMENTS[name]?.(bench);
    if (!section) throw new Error(`Nothing is measured under the name ${name}. ${USAGE}`);
    sections.push(section);
    write(sectionText(section));
  }
  const { variation, noisy } = bench.noise.judge();
  write(comparisonText(sections));
  write(goalsText(sections));
  const judgement = noisy
    ? 'but too much else went on here to judge times by; sizes and counts hold'
    : 'steady enough to judge';
  write(`\nA fixed piece of work varied by ${(variation * 100).toFixed(0)} %, ${judgement}.\n`);
  await mkdir(dirname(out), { recursive: true });
  await writeFile(out, `${JSON.stringify({ machine, quick: bench.quick, variation, noisy, sections }, null, 2)}\n`);
  write(`Written to ${out}\n`);
};

const main = async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      seconds: { type: 'string', default: '60' },
      out: { type: 'string', default: `.bench/${new Date().toISOString().replace(/\W/g, '')}.json` },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return write(USAGE);
  const stage = await startStage();
  try {
    const people = await createPeople(stage);
    if (positionals.includes('load')) return await runLoad({ stage, people, seconds: Number(values.seconds) });
    const [variants, worker] = [await buildVariants(stage.folder), await buildWorker(stage.folder)];
    const bench = { stage, people, variants, worker, noise: watchNoise(), quick: values.quick };
    await measureAll(bench, positionals.length > 0 ? positionals : Object.keys(MEASUREMENTS), values.out);
  } finally {
    await stage.stop();
    await endProcesses();
  }
};

await main();
process.exit();
