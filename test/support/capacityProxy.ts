import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer, json } from 'node:stream/consumers';
import { LOOPBACK } from '../../infra/local/ports.ts';

/** One call of DynamoDB and the capacity units that it consumed: read units of a read, write units of a write. */
export type Consumption = { readonly action: string; readonly units: number };

/** A way to a DynamoDB that keeps an account of what passes. */
export type CapacityProxy = {
  readonly endpoint: string;
  /** What was consumed since the last time that this was asked, in order. */
  take(): Consumption[];
  close(): void;
};

type Capacity = { readonly CapacityUnits?: number };
type Told = { readonly ConsumedCapacity?: Capacity | readonly Capacity[] };

const unitsOf = ({ ConsumedCapacity = [] }: Told): number =>
  [ConsumedCapacity].flat().reduce((sum, { CapacityUnits = 0 }: Capacity) => sum + CapacityUnits, 0);

/** Passes requests on to an endpoint, and asks it what each has consumed. */
export const startCapacityProxy = async (endpoint: string): Promise<CapacityProxy> => {
  const consumed: Consumption[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const action = String(incoming.headers['x-amz-target']).replace(/^.*\./, '');
    const body = JSON.stringify({ ...((await json(incoming)) as object), ReturnConsumedCapacity: 'TOTAL' });
    const headers = { ...incoming.headers, 'content-length': String(Buffer.byteLength(body)) };
    const onwards = request(endpoint, { method: 'POST', headers }, async (answer) => {
      const text = await buffer(answer);
      if (answer.statusCode === 200) consumed.push({ action, units: unitsOf(JSON.parse(text.toString())) });
      const { 'x-amz-crc32': _, ...kept } = answer.headers;
      outgoing.writeHead(answer.statusCode ?? 502, kept).end(text);
    });
    onwards.once('error', () => outgoing.destroy());
    onwards.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));
  return {
    endpoint: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`,
    take: () => consumed.splice(0),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
};
