import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { vi } from 'vitest';

/** The folder of the service. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** How a process ended. */
export type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

/** A process group as a terminal would start one. */
export type Group = {
  readonly pid: number;
  /** What was written so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly exit: Promise<Exit>;
  /** The command lines of the processes of the group that are alive. */
  members(): Promise<string[]>;
};

const PATIENCE = { timeout: 30_000, interval: 20 } as const;

const groups = new Map<number, Group>();

/** Ends every group that still runs, by force if it takes too long; returns what all of them wrote. */
export const endGroups = async (): Promise<string> => {
  const texts: string[] = [];
  for (const [pid, { members, exit, stdout, stderr }] of groups) {
    if ((await members()).length > 0) {
      process.kill(-pid, 'SIGTERM');
      await Promise.race([exit, sleep(5_000)]);
    }
    if ((await members()).length > 0) process.kill(-pid, 'SIGKILL');
    texts.push(stdout(), stderr());
  }
  groups.clear();
  return texts.join('\n');
};

/** The environment of a shell in which nothing is set: no credentials, no endpoints, nothing of the test runner. */
export const bareEnvironment = (): Record<string, string> => {
  const { PATH = '', HOME = '' } = process.env;
  return { PATH, HOME };
};

/** Starts a command in a process group of its own, in the folder of the service; ended with the test file at the latest. */
export const spawnGroup = (command: string, args: readonly string[], environment: Record<string, string>): Group => {
  const child = spawn(command, args, {
    cwd: ROOT,
    env: { ...bareEnvironment(), ...environment },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${command} cannot be started`);
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk) => stdout.push(chunk));
  child.stderr.on('data', (chunk) => stderr.push(chunk));
  const textOf = (chunks: Buffer[]) => () => Buffer.concat(chunks).toString();
  const exit = once(child, 'close').then(([code, signal]): Exit => ({ code, signal }));
  const group = { pid, stdout: textOf(stdout), stderr: textOf(stderr), exit, members: () => membersOf(pid) };
  groups.set(pid, group);
  return group;
};

/** Starts a script of the service by this Node. */
export const spawnScript = (path: string, environment: Record<string, string>, args: readonly string[] = []): Group =>
  spawnGroup(process.execPath, [path, ...args], environment);

/** Waits for the first match in what a group writes to stdout; returns the match. */
export const written = (group: Group, pattern: RegExp): Promise<string> =>
  vi.waitFor(() => {
    const match = pattern.exec(group.stdout())?.[0];
    if (match === undefined) throw new Error(`No ${pattern} in:\n${group.stdout()}\n${group.stderr()}`);
    return match;
  }, PATIENCE);

/** Waits for a process in the group. */
export const running = (group: Group, name: string): Promise<void> =>
  vi.waitFor(async () => {
    const members = await group.members();
    if (!members.some((args) => args.includes(name))) throw new Error(`No ${name} among:\n${members.join('\n')}`);
  }, PATIENCE);

/** Waits until no process of the group is left. */
export const gone = (group: Group): Promise<void> =>
  vi.waitFor(async () => {
    const members = await group.members();
    if (members.length > 0) throw new Error(`Still there:\n${members.join('\n')}`);
  }, PATIENCE);

const membersOf = async (pid: number): Promise<string[]> => {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pgid=,stat=,args=']);
  const rows = [...stdout.matchAll(/^\s*(\d+)\s+(\S+)\s+(.*)$/gm)];
  // A zombie is no process any more: it waits for init to take note of its end.
  return rows.flatMap(([, group, state = '', args = '']) =>
    Number(group) === pid && !state.startsWith('Z') ? [args] : [],
  );
};
