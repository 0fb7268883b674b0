import { setTimeout as sleep } from 'node:timers/promises';
import { endProcesses } from './processes.ts';

/** Milliseconds in which a signal that ended a child first is heard here as well. */
const GRACE_MS = 100;

/** Milliseconds between two looks at whether npm is still there. */
const PARENT_CHECK_MS = 200;

/**
 * Runs a command to its exit code; one line on stderr and exit code 1 when it throws.
 *
 * A signal ends it at any moment with the exit code `onSignal`. So that this holds from the start, the command loads
 * its modules itself. Whatever it started ends before it does.
 */
export const runCommand = (command: () => Promise<number>, onSignal: number): void => {
  let ending = false;
  const end = async (exitCode: number) => {
    if (ending) return;
    ending = true;
    await endProcesses();
    process.exit(exitCode);
  };
  const fail = async (error: unknown) => {
    await sleep(GRACE_MS);
    if (!ending) process.stderr.write(`${describe(error)}\n`);
    await end(1);
  };
  // npm passes on the signal that a terminal has sent already, so each may come twice.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(onSignal));
  if (process.env.npm_lifecycle_event) whenOrphaned(() => void end(onSignal));
  command().then(end, fail);
};

/** npm runs a command in a shell, which dies of a signal without passing it on. */
const whenOrphaned = (end: () => void): void => {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && end(), PARENT_CHECK_MS).unref();
};

const describe = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message} (${describe(error.cause)})`;
};
