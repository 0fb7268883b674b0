import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';

/** Runs the Serverless command on a local stack, with its own Node. */
export const serverless = (
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  stdio: 'inherit' | 'pipe' = 'inherit',
): ChildProcess =>
  spawn(
    process.execPath,
    [createRequire(import.meta.url).resolve('serverless/bin/serverless.js'), ...args, '--stage', 'local'],
    {
      cwd: new URL('../..', import.meta.url),
      env: { ...process.env, ...environment, SLS_TELEMETRY_DISABLED: '1', SLS_NOTIFICATIONS_MODE: 'off' },
      stdio: ['ignore', stdio, stdio],
    },
  );
