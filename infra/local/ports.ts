import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Only this machine may reach the local stack. */
export const LOOPBACK = '127.0.0.1';

const listen = (port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, LOOPBACK, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port));
    });
  });

/** Below the ports that systems give to connections, one of which might take a free port before its server does. */
const [MIN_PORT, MAX_PORT] = [10_000, 32_767];

/** A port that nothing listens on. Throws when none is found. */
export const freePort = async (): Promise<number> => {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = await listen(randomInt(MIN_PORT, MAX_PORT + 1)).catch(() => undefined);
    if (port !== undefined) return port;
  }
  throw new Error(`No port from ${MIN_PORT} to ${MAX_PORT} is free`);
};

/** A port from the environment, or its default. Throws when it is no port, or when something listens there already. */
export const claimPort = async (name: string, fallback: number): Promise<number> => {
  const text = process.env[name] ?? String(fallback);
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535)
    throw new Error(`${name}=${text} is no port: set it to 1..65535`);
  await listen(port).catch((error: NodeJS.ErrnoException) => {
    const what = error.code === 'EADDRINUSE' ? 'is in use: end what listens there' : `cannot be used (${error.code})`;
    throw new Error(`Port ${port} ${what}, or set ${name} to another port`);
  });
  return port;
};
