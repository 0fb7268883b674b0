import { afterAll, vi } from 'vitest';
import { endGroups } from './spawn.ts';

/** How a test file finds the process; it is left so, since the next file runs in it too. */
const environment = { ...process.env };
const Clock = Date;

afterAll(async () => {
  await endGroups();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  globalThis.Date = Clock;
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  Object.assign(process.env, environment);
});
