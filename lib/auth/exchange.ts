import type { IncomingHttpHeaders, RequestOptions, request } from 'node:http';

/** Milliseconds for the connection, and for all of it from its beginning to the last byte of the answer. */
export type Limits = { readonly connectionTimeout: number; readonly requestTimeout: number };

/** An answer, whole. */
export type Answer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: Buffer };

/**
 * Makes a request of Node.js and collects the answer, whatever its status: a pipeline of streams, or `fetch`, takes
 * milliseconds of every start. Throws the connection's error, or a TimeoutError.
 */
export const exchange = (
  make: typeof request,
  options: RequestOptions,
  body: string,
  { connectionTimeout, requestTimeout }: Limits,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const sent = make(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('error', fail);
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        clearTimeout(answering);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
      });
    });
    const fail = (error: Error) => {
      clearTimeout(connecting);
      clearTimeout(answering);
      reject(error);
      sent.destroy();
    };
    const connecting = setTimeout(() => fail(late('No connection in time')), connectionTimeout);
    const answering = setTimeout(() => fail(late('No answer in time')), requestTimeout);
    sent.on('error', fail);
    sent.on('socket', (socket) => {
      if (socket.connecting) socket.once('connect', () => clearTimeout(connecting));
      else clearTimeout(connecting);
    });
    sent.end(body);
  });

/** The SDK tries errors of this name again. */
const late = (message: string): Error => Object.assign(new Error(message), { name: 'TimeoutError' });
