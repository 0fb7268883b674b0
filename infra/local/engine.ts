import type { SpawnOptions } from 'node:child_process';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, LOOPBACK } from './ports.ts';
import { endProcess, startProcess } from './processes.ts';

/** A DynamoDB engine that answers at `endpoint`. */
export type Engine = { readonly endpoint: string; stop(): Promise<void> };

/** The SDK wants a region and credentials even where nobody checks them. */
export const LOCAL_CREDENTIALS = {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
};

const PACKAGE = `@dynoxide/${process.platform}-${process.arch}`;

/** How an engine is started on a port, what ends it, and how often it is asked whether it is there. */
type Command = {
  readonly program: string;
  readonly args: (port: number) => readonly string[];
  readonly options: SpawnOptions;
  readonly endSignal: NodeJS.Signals;
  readonly attempts: number;
};

/**
 * The engine that AWS_ENDPOINT_URL_DYNAMODB names, else the embedded one, in memory, on a port of its own; where there is
 * none for this machine, DynamoDB Local by Docker. Throws, with what to do, where there is neither.
 */
export const startEngine = async (): Promise<Engine> => {
  const endpoint = process.env.AWS_ENDPOINT_URL_DYNAMODB;
  if (endpoint) return { endpoint: asUrl(endpoint), stop: async () => {} };
  const program = embeddedProgram();
  if (program !== undefined) return start(embedded(program));
  return start(BY_DOCKER).catch(() => {
    throw new Error(
      `There is no embedded DynamoDB for this machine, and Docker runs none: "npm install --no-save ${PACKAGE}", ` +
        'or start Docker, or set AWS_ENDPOINT_URL_DYNAMODB to any DynamoDB',
    );
  });
};

const asUrl = (endpoint: string): string => {
  if (/^https?:$/.test(URL.parse(endpoint)?.protocol ?? '')) return endpoint;
  throw new Error(`AWS_ENDPOINT_URL_DYNAMODB=${endpoint} is no URL: set it to one like http://127.0.0.1:8000`);
};

const embeddedProgram = (): string | undefined => {
  try {
    return createRequire(import.meta.url).resolve(`${PACKAGE}/dynoxide`);
  } catch {
    return undefined;
  }
};

const embedded = (program: string): Command => ({
  program,
  args: (port) => ['--host', LOOPBACK, '--port', String(port)],
  options: { stdio: 'ignore' },
  endSignal: 'SIGKILL',
  attempts: 400,
});

/** Docker tells on stderr that it fetches the image; it passes SIGTERM on to the container, which goes with its end. */
const BY_DOCKER: Command = {
  program: 'docker',
  args: (port) => [
    ...['run', '--rm', '--init', '--publish', `${LOOPBACK}:${port}:8000`],
    ...['amazon/dynamodb-local', '-jar', 'DynamoDBLocal.jar', '-inMemory', '-sharedDb'],
  ],
  options: { stdio: ['ignore', 'ignore', 'inherit'] },
  endSignal: 'SIGTERM',
  attempts: 10_000,
};

const start = async ({ program, args, options, endSignal, attempts }: Command): Promise<Engine> => {
  const port = await freePort();
  const endpoint = `http://${LOOPBACK}:${port}`;
  const engine = await startProcess(program, args(port), options, endSignal);
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (engine.exitCode !== null || engine.signalCode !== null) break;
    if (await answers(endpoint)) return { endpoint, stop: () => endProcess(engine) };
    await sleep(25);
  }
  await endProcess(engine);
  throw new Error(`The DynamoDB that ${program} is to be did not start`);
};

/** Whether something answers by HTTP: Docker takes connections before there is anybody to answer. */
const answers = (endpoint: string): Promise<boolean> =>
  fetch(endpoint, { signal: AbortSignal.timeout(1_000) }).then(
    async (answer) => (await answer.text()) !== undefined,
    () => false,
  );
