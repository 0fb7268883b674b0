import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';

const running = new Set<ChildProcess>();

// Reached also by an error nobody caught: a process that outlives its parent holds ports and memory for ever.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts a process that ends with this one at the latest. Throws when it cannot be started. */
export const startProcess = async (
  command: string,
  args: readonly string[],
  options: SpawnOptions,
): Promise<ChildProcess> => {
  const child = spawn(command, args, options);
  running.add(child);
  child.once('exit', () => running.delete(child));
  try {
    await once(child, 'spawn');
  } catch (error) {
    running.delete(child);
    throw error;
  }
  return child;
};

/** Ends a process at once, as none of the local stack has anything to save; returns when it is gone. */
export const endProcess = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
};

/** Ends every process that is still running; returns when all are gone. */
export const endProcesses = async (): Promise<void> => {
  await Promise.all([...running].map(endProcess));
};
