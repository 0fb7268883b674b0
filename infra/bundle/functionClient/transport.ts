import { request as requestSecurely, Agent as SecureAgent } from 'node:https';

/** Milliseconds for a connection, and for an attempt from its beginning to the last byte of its answer. */
export type Limits = { readonly connectionTimeout: number; readonly requestTimeout: number };

export type Answer = { readonly status: number; readonly requestId: string | undefined; readonly body: string };

/** Posts to the endpoint. Throws errors of the names and codes by which the SDK knows what may be tried again. */
export type Post = (
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal | undefined,
) => Promise<Answer>;

/** A way to one endpoint, by connections that are kept. */
export const createPost = (endpoint: URL, { connectionTimeout, requestTimeout }: Limits): Post => {
  const secure = { Agent: SecureAgent, request: requestSecurely };
  const { Agent, request } = endpoint.protocol === 'https:' ? secure : process.getBuiltinModule('node:http');
  const options = {
    agent: new Agent({ keepAlive: true }),
    method: 'POST',
    host: endpoint.hostname.replace(/^\[|\]$/g, ''),
    port: endpoint.port,
  };
  return (headers, body, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) throw named('AbortError', 'The request was given up');
      const sent = request({ ...options, headers, ...(signal && { signal }) }, (response) => {
        const chunks: Buffer[] = [];
        response.on('error', fail);
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          clearTimeout(answering);
          const requestId = response.headers['x-amzn-requestid'] as string | undefined;
          resolve({ status: response.statusCode ?? 0, requestId, body: Buffer.concat(chunks).toString() });
        });
      });
      const fail = (error: Error) => {
        clearTimeout(connecting);
        clearTimeout(answering);
        reject(error);
        sent.destroy();
      };
      const connecting = setTimeout(() => fail(named('TimeoutError', 'No connection in time')), connectionTimeout);
      const answering = setTimeout(() => fail(named('TimeoutError', 'No answer in time')), requestTimeout);
      sent.on('error', fail);
      sent.on('socket', (socket) => {
        if (socket.connecting) socket.once('connect', () => clearTimeout(connecting));
        else clearTimeout(connecting);
      });
      sent.end(body);
    });
};

const named = (name: string, message: string): Error => Object.assign(new Error(message), { name });
