import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { LOOPBACK } from '../../infra/local/ports.ts';
import { endProcess, startProcess } from '../../infra/local/processes.ts';

/** Listens, and never takes a connection: once the system has queued a few, a further one is never made. */
const LISTENER = `require('node:net').createServer().listen({ host: '${LOOPBACK}', port: 0, backlog: 1 }, function () {
  process.send(this.address().port, () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
});`;

/** Milliseconds after which a connection on loopback is one that is not made. */
const PATIENCE = 200;

/** Starts a server to which no connection can be made, though nobody refuses it; ends with the test. */
export const startFullListener = async (): Promise<string> => {
  const child = await startProcess(process.execPath, ['-e', LISTENER], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [port] = (await once(child, 'message')) as [number];
  const queued: Socket[] = [];
  onTestFinished(async () => {
    for (const socket of queued) socket.destroy();
    await endProcess(child);
  });
  for (let made = true; made; ) {
    const socket = connect(port, LOOPBACK);
    queued.push(socket);
    made = await once(socket, 'connect', { signal: AbortSignal.timeout(PATIENCE) }).then(
      () => true,
      () => false,
    );
  }
  return `http://${LOOPBACK}:${port}`;
};
