import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { startProcess } from './processes.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Runs the Serverless command on a local stack, with this Node. */
export const serverless = async (
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  options: SpawnOptions = {},
): Promise<ChildProcess> => {
  const command = createRequire(import.meta.url).resolve('serverless/bin/serverless.js');
  return startProcess(process.execPath, [command, ...args, '--stage', 'local'], {
    cwd: ROOT,
    env: {
      ...process.env,
      ...environment,
      SLS_TELEMETRY_DISABLED: '1',
      SLS_NOTIFICATIONS_MODE: 'off',
    },
    stdio: ['ignore', 'inherit', 'inherit'],
    ...options,
  });
};
