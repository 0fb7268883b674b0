import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterAll } from 'vitest';
import { LOOPBACK } from '../../infra/local/ports.ts';

/** An answer, or none at all. */
export type Reply = { readonly status: number; readonly body: string } | 'silence';

/** A request that came in; `target` is the operation of AWS that it asks for. */
export type Heard = { readonly request: IncomingMessage; readonly body: Buffer; readonly target: string };

/** A stand-in for every service of AWS. */
export type AnyService = {
  readonly endpoint: string;
  /** What came in so far; a test may empty it. */
  readonly heard: Heard[];
  /** What is answered next; then again what is good for every operation in use. */
  readonly replies: Reply[];
};

/** Base64 of 32 bytes. */
const MAC = `${'A'.repeat(43)}=`;

const GOOD = { status: 200, body: JSON.stringify({ Items: [], Mac: MAC, MessageId: '1' }) };

/** Starts a stand-in that runs until the test file ends. */
export const startAnyService = async (): Promise<AnyService> => {
  const heard: Heard[] = [];
  const replies: Reply[] = [];
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    heard.push({ request, body, target: String(request.headers['x-amz-target']).split('.').at(-1) ?? '' });
    const reply = replies.shift() ?? GOOD;
    if (reply === 'silence') return;
    response.writeHead(reply.status, { 'content-type': 'application/x-amz-json-1.0' }).end(reply.body);
  });
  server.keepAliveTimeout = 60_000; // milliseconds; AWS keeps connections about as long
  await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });
  return { endpoint: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`, heard, replies };
};
