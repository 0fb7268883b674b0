import { afterAll, vi } from 'vitest';
import { examine, isServiceLine, linesOf } from './serviceLines.ts';
import { endGroups } from './spawn.ts';

/** How the first test file found the process, in which the others run too. */
const shared = globalThis as { foundBefore?: { readonly env: NodeJS.ProcessEnv; readonly Clock: DateConstructor } };
shared.foundBefore ??= { env: { ...process.env }, Clock: Date };
const { env, Clock } = shared.foundBefore;

const leaveAsFound = () => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  globalThis.Date = Clock;
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
};

// A file that cannot be loaded never comes to what is to be done after it.
leaveAsFound();
afterAll(async () => {
  leaveAsFound();
  examine(linesOf(await endGroups()).filter(isServiceLine));
});
