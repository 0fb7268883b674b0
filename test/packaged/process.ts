import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { startRuntimeApi } from './runtimeApi.ts';

/** Milliseconds that Lambda gives a function to load. */
const INIT_MS = 10_000;

/** Milliseconds beyond a function's own time after which it is given up; the machine may be busy. */
const GRACE_MS = 20_000;

/** A user who may do nothing, as Lambda's own; only root can become it. */
const NOBODY = { uid: 65_534, gid: 65_534 };

const mayDropRights = (): boolean =>
  process.getuid?.() === 0 && spawnSync(process.execPath, ['--version'], { ...NOBODY, stdio: 'ignore' }).status === 0;

let user: Partial<typeof NOBODY> | undefined;

/** What is started. */
export type Start = {
  readonly functionArn: string;
  /** The program that fetches events for the handler. */
  readonly runtime: string;
  readonly taskRoot: string;
  readonly environment: Readonly<Record<string, string>>;
};

/** A process that runs one function. */
export type FunctionProcess = {
  /** Hands an event to the function when it has loaded; what it writes meanwhile is written by this process. Rejects when it throws, ends, or takes too long. */
  invoke(event: unknown, remainingMs: number): Promise<unknown>;
  /** Stops the process, as Lambda freezes an environment between two requests. */
  freeze(): void;
  /** Lets it go on. */
  thaw(): void;
  end(): Promise<void>;
};

/** Starts a function as Lambda does: with nothing but its own variables, in a folder that it may not write to. */
export const startProcess = async ({
  functionArn,
  runtime,
  taskRoot,
  environment,
}: Start): Promise<FunctionProcess> => {
  user ??= mayDropRights() ? NOBODY : {};
  const api = await startRuntimeApi(functionArn);
  const child = spawn(process.execPath, [runtime], {
    cwd: taskRoot,
    env: { ...environment, AWS_LAMBDA_RUNTIME_API: api.address, LAMBDA_TASK_ROOT: taskRoot },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...user,
  });
  let written = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      written += text;
      process.stdout.write(text); // to be examined with whatever else the service writes
    });
  }
  const exit = once(child, 'close').then(([code, signal]) => {
    api.close(new Error(`${functionArn} has ended (${code ?? signal}):\n${written}`));
  });
  const started = within(INIT_MS + GRACE_MS, api.ready, child);
  started.catch(() => {});

  return {
    async invoke(event, remainingMs) {
      await started;
      const answer = await within(remainingMs + GRACE_MS, api.invoke(event, remainingMs), child);
      // Its lines were written before its answer, and come by another way: read them first.
      for (let turn = 0; turn < 2; turn++) await setImmediate();
      return answer;
    },
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    async end() {
      child.kill('SIGKILL');
      await exit;
    },
  };
};

/** Waits so long and no longer, then ends the process. */
const within = async <Result>(ms: number, work: Promise<Result>, child: ChildProcess): Promise<Result> => {
  const timer = new AbortController();
  const late = sleep(ms, undefined, { signal: timer.signal, ref: false }).then(() => {
    child.kill('SIGKILL');
    throw new Error(`The function took more than ${ms} ms`);
  });
  late.catch(() => {});
  return Promise.race([work, late]).finally(() => timer.abort());
};
