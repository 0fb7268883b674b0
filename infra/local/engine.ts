import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, LOOPBACK } from './ports.ts';

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
  if (endpoint) return { endpoint, stop: async () => {} };

  const port = await freePort();
  const engine = spawn(binary(), ['--host', LOOPBACK, '--port', String(port)], { stdio: 'ignore' });
  await answering(port, engine);
  return {
    endpoint: `http://${LOOPBACK}:${port}`,
    async stop() {
      if (engine.exitCode !== null || engine.signalCode !== null) return;
      engine.kill();
      await once(engine, 'exit');
    },
  };
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
  engine.kill();
  throw new Error('The embedded DynamoDB did not start');
};
