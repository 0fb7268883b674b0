import { parseArgs } from 'node:util';
import { runSchedule } from './schedule.ts';
import { storyOf } from './story.ts';

const USAGE = 'npm run schedules -- [--seeds <how many>] [--from <first seed>] [--seed <the one to be told>]';

const OPTIONS = {
  seeds: { type: 'string', default: '10000' },
  from: { type: 'string', default: '1' },
  seed: { type: 'string' },
} as const;

/** Runs one schedule after the other, with a line of progress; the first that breaks a rule is told. Returns the exit code. */
const runMany = async (from: number, seeds: number): Promise<number> => {
  const startedAt = performance.now();
  let steps = 0;
  const progress = (done: number): void => {
    const perSecond = Math.round((done * 1000) / (performance.now() - startedAt));
    process.stderr.write(`\r${done} of ${seeds} schedules, ${perSecond} a second, ${steps} steps `);
  };
  for (let done = 0; done < seeds; done++) {
    const result = await runSchedule(from + done);
    steps += result.steps;
    if (done % 100 === 99) progress(done + 1);
    if (!result.violation) continue;
    process.stderr.write('\n');
    process.stdout.write(`${await storyOf(result.seed)}\n`);
    return 1;
  }
  progress(seeds);
  process.stderr.write('\n');
  return 0;
};

const { values } = parseArgs({ options: OPTIONS });
const [seed, from, seeds] = [values.seed ?? '1', values.from, values.seeds].map(Number) as [number, number, number];
if (![seed, from, seeds].every(Number.isSafeInteger)) {
  process.stderr.write(`Seeds are whole numbers: ${USAGE}\n`);
  process.exitCode = 2;
} else if (values.seed !== undefined) {
  process.stdout.write(`${await storyOf(seed)}\n`);
} else {
  process.exitCode = await runMany(from, seeds);
}
