// Loads functions, each in its environment, as Lambda does at a cold start but without the warm-up that goes with it;
// writes down what they end with.
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';
import type { FunctionStart } from './functionProblems.ts';

const require = createRequire(new URL('../../package.json', import.meta.url));

const problemOf = ({ name, handler, environment }: FunctionStart): string[] => {
  for (const key of Object.keys(process.env)) delete process.env[key];
  Object.assign(process.env, environment);
  try {
    require(`./${handler.replace(/\.\w+$/, '.ts')}`);
    return [];
  } catch (error) {
    const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    return [line.startsWith('Set ') ? line : `The function ${name} does not start: ${line}`];
  }
};

const starts = JSON.parse(await text(process.stdin)) as FunctionStart[];
const problems = starts.flatMap(problemOf);
// On a line of its own, the last one: a function may write to its log while it starts.
process.stdout.write(`\n${JSON.stringify(problems)}`, () => process.exit());
