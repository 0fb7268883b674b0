import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';
import { LOOPBACK } from '../../infra/local/ports.ts';

/**
 * Puts an empty database that counts its calls in the place of the test file's own. To be called before an API is
 * built, as its client reads the environment. Returns the number of requests so far.
 */
export const countStorageCalls = async (): Promise<() => number> => {
  let calls = 0;
  const server = createServer((_, response) => {
    calls += 1;
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{"Items":[]}');
  });
  await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));
  process.env.AWS_ENDPOINT_URL_DYNAMODB = `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`;
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });
  return () => calls;
};
