import { connect, createServer, type Socket } from 'node:net';
import { LOOPBACK } from '../../infra/local/ports.ts';

/** A way to a service whose connections can die without a word. */
export type ForgetfulProxy = {
  readonly url: string;
  /**
   * Forgets every connection that is open, as the far end or a NAT does while an environment is frozen: nobody is told, and
   * whatever comes over one of them afterwards is answered with a reset. Returns how many there were.
   */
  forget(): number;
  close(): void;
};

/** Starts a proxy in front of a service on this machine. */
export const startForgetfulProxy = async (url: string): Promise<ForgetfulProxy> => {
  const port = Number(new URL(url).port);
  const open = new Map<Socket, Socket>();
  const server = createServer((near) => {
    const far = connect(port, LOOPBACK);
    open.set(near, far);
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) socket.on('error', () => {});
    far.on('close', () => {
      if (open.has(near)) near.destroy();
    });
    near.on('close', () => {
      open.delete(near);
      far.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));
  const address = server.address();
  return {
    url: `http://${LOOPBACK}:${typeof address === 'object' ? address?.port : ''}`,
    forget() {
      const forgotten = [...open];
      open.clear();
      for (const [near, far] of forgotten) {
        near.unpipe(far);
        far.unpipe(near);
        far.destroy();
        near.on('data', () => near.resetAndDestroy());
        near.resume();
      }
      return forgotten.length;
    },
    close() {
      server.close();
      for (const socket of [...open].flat()) socket.destroy();
    },
  };
};
