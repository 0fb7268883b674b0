import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startProcess } from './processes.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Runs the Serverless command on a local stack, with this Node and with a build folder of its own. */
export const serverless = async (
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  options: SpawnOptions = {},
): Promise<ChildProcess> => {
  // Where what is built finds the packages that are left outside of it.
  const cache = join(ROOT, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'otp-sms-factor-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  const command = createRequire(import.meta.url).resolve('serverless/bin/serverless.js');
  const child = await startProcess(process.execPath, [command, ...args, '--stage', 'local'], {
    cwd: ROOT,
    env: {
      ...process.env,
      ...environment,
      ESBUILD_FOLDER: relative(ROOT, folder),
      SLS_TELEMETRY_DISABLED: '1',
      SLS_NOTIFICATIONS_MODE: 'off',
    },
    stdio: ['ignore', 'inherit', 'inherit'],
    ...options,
  });
  child.once('exit', remove);
  return child;
};
