import { runSchedule } from './schedule.ts';

/** The schedule of a seed as a story, a line for each thing that happens, and how it ends. */
export const storyOf = async (seed: number): Promise<string> => {
  const lines: string[] = [];
  const { violation } = await runSchedule(seed, (line) => lines.push(line));
  const end = violation ? `BROKEN: ${violation.message}` : 'Nothing is broken.';
  return [`Seed ${seed}, told again by: npm run schedules -- --seed ${seed}`, '', ...lines, '', end].join('\n');
};
