import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** A function, and the environment that it is to start in. */
export type FunctionStart = {
  readonly name: string;
  /** `functions/addOtpSms.handler`. */
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
};

const STARTER = fileURLToPath(new URL('./startFunctions.ts', import.meta.url));

/** What functions end with when they are started, each in one line and once; nothing is asked of any service. */
export const functionProblems = async (starts: readonly FunctionStart[]): Promise<string[]> => {
  const child = spawn(process.execPath, [STARTER], { stdio: ['pipe', 'pipe', 'inherit'], env: {} });
  child.stdin.end(JSON.stringify(starts));
  const written = (await text(child.stdout)).split('\n');
  const problems = JSON.parse(written.at(-1) ?? '') as string[];
  return [...new Set(problems)];
};
