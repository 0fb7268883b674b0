import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { platform } from 'node:os';
import { performance } from 'node:perf_hooks';

/** What a worker is asked to do: to answer requests, one after the other or all at once. */
export type Order = {
  readonly requests: readonly unknown[];
  readonly parallel?: boolean;
  /** Whether the answers themselves are told. */
  readonly tells?: boolean;
};

/** What a worker tells when its function is loaded, and after each order. Times are milliseconds. */
export type Loaded = { readonly load: number };
export type Done = {
  readonly times: readonly number[];
  readonly statuses: readonly number[];
  readonly answers?: readonly Answer[];
  /** Of the processor, user and system. */
  readonly cpu: number;
  /** Bytes at the peak so far. */
  readonly memory: number;
};

type Answer = { readonly statusCode: number; readonly body: string };
type Handler = (event: unknown, context: unknown) => Promise<Answer>;

const context = () => {
  const end = performance.now() + 10_000;
  return { awsRequestId: 'bench', getRemainingTimeInMillis: () => end - performance.now() };
};

/** As Lambda's runtime loads a CommonJS function: what it exports is awaited when it can be. */
const loadFunction = async (file: string): Promise<{ readonly handler: Handler }> =>
  createRequire(file)(file) as { readonly handler: Handler };

/** Of this program: what the system tells of the process includes the one that started it, until it became this one. */
const peakMemory = (): number =>
  platform() === 'linux'
    ? Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1_024
    : process.resourceUsage().maxRSS * 1_024;

const main = async (file: string) => {
  const start = performance.now();
  const { handler } = await loadFunction(file);
  process.send?.({ load: performance.now() - start } satisfies Loaded);

  const timed = async (request: unknown) => {
    const began = performance.now();
    const answer = await handler(request, context());
    return { time: performance.now() - began, answer };
  };
  process.on('message', async ({ requests, parallel, tells }: Order) => {
    const before = process.cpuUsage();
    const results: Awaited<ReturnType<typeof timed>>[] = [];
    if (parallel) results.push(...(await Promise.all(requests.map(timed))));
    else for (const request of requests) results.push(await timed(request));
    const { user, system } = process.cpuUsage(before);
    process.send?.({
      times: results.map(({ time }) => time),
      statuses: results.map(({ answer }) => answer.statusCode),
      ...(tells && { answers: results.map(({ answer }) => answer) }),
      cpu: (user + system) / 1_000,
      memory: peakMemory(),
    } satisfies Done);
  });
};

void main(process.argv[2] ?? '');
