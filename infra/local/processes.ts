import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';

/** What runs, and the signal that ends it. */
const running = new Map<ChildProcess, NodeJS.Signals>();

// Reached also by an error nobody caught: a process that outlives its parent holds ports and memory for ever.
process.on('exit', () => {
  for (const [child, endSignal] of running) child.kill(endSignal);
});

/** Starts a process that ends with this one at the latest, by the signal. Throws when it cannot be started. */
export const startProcess = async (
  command: string,
  args: readonly string[],
  options: SpawnOptions,
  endSignal: NodeJS.Signals = 'SIGKILL',
): Promise<ChildProcess> => {
  const child = spawn(command, args, options);
  running.set(child, endSignal);
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
  child.kill(running.get(child) ?? 'SIGKILL');
  await exit;
};

/** Ends every process that is still running; returns when all are gone. */
export const endProcesses = async (): Promise<void> => {
  await Promise.all([...running.keys()].map(endProcess));
};
