import { once } from 'node:events';
import { endProcess, startProcess } from '../../infra/local/processes.ts';
import type { Done, Loaded, Order } from './worker.ts';

/** A process with one function, as Lambda has it. */
export type FunctionProcess = {
  /** Milliseconds that loading took. */
  readonly load: number;
  readonly pid: number;
  /** The bundle that it has loaded. */
  readonly bundle: string;
  call(order: Order): Promise<Done>;
  stop(): Promise<void>;
};

/** Milliseconds after which a process that does not answer is given up. */
const PATIENCE = 60_000;

/** Starts a fresh process that loads a bundle. Throws when it ends or falls silent. */
export const startFunction = async (
  worker: string,
  bundle: string,
  environment: Readonly<Record<string, string>>,
): Promise<FunctionProcess> => {
  const child = await startProcess(process.execPath, [worker, bundle], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const said = async <Message>(): Promise<Message> => {
    const over = new AbortController();
    const signal = AbortSignal.any([over.signal, AbortSignal.timeout(PATIENCE)]);
    const ended = once(child, 'exit', { signal }).then(([code]): never => {
      throw new Error(`${bundle} has ended with ${code}`);
    });
    try {
      const [message] = await Promise.race([once(child, 'message', { signal }), ended]);
      return message;
    } finally {
      ended.catch(() => {});
      over.abort();
    }
  };
  const { load } = await said<Loaded>();
  return {
    load,
    pid: child.pid ?? 0,
    bundle,
    call(order) {
      child.send(order);
      return said<Done>();
    },
    stop: () => endProcess(child),
  };
};
