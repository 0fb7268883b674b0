import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { afterAll } from 'vitest';
import { freePort, LOOPBACK } from '../../infra/local/ports.ts';

/** A request as a service of AWS reads it. */
export type AwsRequest = { readonly target: string; readonly input: Record<string, unknown> };

/** What becomes of a request. */
export type AwsAnswer = (request: AwsRequest, response: ServerResponse, incoming: IncomingMessage) => void;

/** A service of AWS on a real socket that answers as it is told. */
export type FakeAws = {
  readonly url: string;
  /** The requests since the last `answer`. */
  readonly requests: readonly AwsRequest[];
  /** IdempotencyRecords every request like this from now on. */
  answer(how: AwsAnswer): void;
  /** Listens no more. */
  close(): Promise<void>;
};

/** Carried out, with this output. */
export const done =
  (output: object): AwsAnswer =>
  (_, response) =>
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(output));

/** An error of AWS JSON: its type, and its members. */
export const fails =
  (status: number, type: string, members: object = {}): AwsAnswer =>
  (_, response) =>
    response
      .writeHead(status, { 'content-type': 'application/x-amz-json-1.0' })
      .end(JSON.stringify({ __type: type, message: 'injected', Message: 'injected', ...members }));

/** The connection breaks with a TCP reset. */
export const resets: AwsAnswer = (_request, _response, incoming) => void incoming.socket.resetAndDestroy();

/** The connection is closed without an answer. */
export const closes: AwsAnswer = (_request, _response, incoming) => void incoming.socket.destroy();

/** Nobody ever answers. */
export const keepsSilent: AwsAnswer = () => {};

/** The answer begins, and then nothing more comes. */
export const stallsHalfWay: AwsAnswer = (_, response) =>
  void response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0', 'content-length': 100 }).write('{"Me');

/** An answer that is none of the service's. */
export const says =
  (status: number, body: string): AwsAnswer =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'text/html' }).end(body);

/** Starts a service of AWS in the place of the one that the variable names, until the test file ends. */
export const startFakeAws = async (variable: string): Promise<FakeAws> => {
  const requests: AwsRequest[] = [];
  let how: AwsAnswer = done({});
  const server = createServer(async (incoming, response) => {
    const request = {
      target: String(incoming.headers['x-amz-target']),
      input: JSON.parse((await buffer(incoming)).toString()),
    };
    requests.push(request);
    how(request, response, incoming);
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, LOOPBACK, resolve));
  const url = `http://${LOOPBACK}:${port}`;
  process.env[variable] = url;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  afterAll(close);
  return {
    url,
    requests,
    answer(next) {
      requests.length = 0;
      how = next;
    },
    close,
  };
};
