import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
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

/** The engine that AWS_ENDPOINT_URL_DYNAMODB names, else the embedded one, in memory, on a port of its own. */
export const startEngine = async (): Promise<Engine> => {
  const endpoint = process.env.AWS_ENDPOINT_URL_DYNAMODB;
  return endpoint ? { endpoint: asUrl(endpoint), stop: async () => {} } : startEmbedded();
};

const asUrl = (endpoint: string): string => {
  if (/^https?:$/.test(URL.parse(endpoint)?.protocol ?? '')) return endpoint;
  throw new Error(`AWS_ENDPOINT_URL_DYNAMODB=${endpoint} is no URL: set it to one like http://127.0.0.1:8000`);
};

const startEmbedded = async (): Promise<Engine> => {
  const port = await freePort();
  const engine = await startProcess(binary(), ['--host', LOOPBACK, '--port', String(port)], { stdio: 'ignore' });
  await answering(port, engine);
  return { endpoint: `http://${LOOPBACK}:${port}`, stop: () => endProcess(engine) };
};

const binary = (): string => {
  try {
    return createRequire(import.meta.url).resolve(`${PACKAGE}/dynoxide`);
  } catch {
    throw new Error(
      `The embedded DynamoDB for this machine is missing: run "npm install --no-save ${PACKAGE}", ` +
        'or set AWS_ENDPOINT_URL_DYNAMODB to any DynamoDB, for instance DynamoDB Local in a container',
    );
  }
};

const answering = async (port: number, engine: ChildProcess): Promise<void> => {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (engine.exitCode !== null) break;
    const socket = connect(port, LOOPBACK);
    const open = await Promise.race([
      once(socket, 'connect').then(
        () => true,
        () => false,
      ),
      sleep(100, false),
    ]);
    socket.destroy();
    if (open) return;
    await sleep(25);
  }
  await endProcess(engine);
  throw new Error('The embedded DynamoDB did not start');
};
