import { createServer } from 'node:http';
import { afterAll, expect, it } from 'vitest';
import { freePort, LOOPBACK } from '../../infra/local/ports.ts';
import { createDocumentClient } from '../../lib/storage/client.ts';
import { createUserStore } from '../../lib/storage/userStore.ts';

const port = await freePort();
const server = createServer((_, response) =>
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{}'),
).listen(port, LOOPBACK);
afterAll(() => {
  server.close();
  server.closeAllConnections();
});
process.env.AWS_ENDPOINT_URL_DYNAMODB = `http://${LOOPBACK}:${port}`;

it('takes no user for unknown because of an answer that is none', async () => {
  await expect(createUserStore(createDocumentClient(), 'table').load('somebody')).rejects.toMatchObject({
    reason: 'INTERNAL',
  });
});
