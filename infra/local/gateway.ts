import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { gatewayAnswer, type HttpAnswer, toAnswer, toEvent } from './httpApi.ts';
import { LOOPBACK } from './ports.ts';
import type { Cors, Route } from './routes.ts';

/** Milliseconds that a function may take, as in `serverless.yml`. */
const FUNCTION_TIMEOUT_MS = 10_000;

/**
 * Serves functions on loopback as an API Gateway HTTP API does: events of payload format 2.0, its own answers to unknown
 * paths and to functions that fail, and CORS.
 */
export const serveApi = async (port: number, routes: readonly Route[], cors: Cors): Promise<Server> => {
  // A path without parameters goes before one with them.
  const table = routes.map(toMatcher).sort((one, other) => one.parameters.length - other.parameters.length);
  const server = createServer(async (request, response) => {
    const isPreflight = request.method === 'OPTIONS' && 'access-control-request-method' in request.headers;
    const corsHeaders = isPreflight ? cors.preflight : cors.every;
    const { status, headers, body } = isPreflight ? NO_CONTENT : await answer(table, request);
    const length = status === 204 ? {} : { 'content-length': body.length };
    response.writeHead(status, { ...headers, ...length, ...('origin' in request.headers && corsHeaders) }).end(body);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, () => resolve(server));
  });
};

const NO_CONTENT: HttpAnswer = { status: 204, headers: {}, body: Buffer.alloc(0) };

type Matcher = Route & { readonly parameters: readonly string[]; readonly pattern: RegExp };

const toMatcher = (route: Route): Matcher => {
  const parameters = [...route.key.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const pattern = route.key.replace(/[.$]/g, '\\$&').replace(/\{\w+\}/g, '([^/]+)');
  return { ...route, parameters, pattern: new RegExp(`^${pattern}$`) };
};

const answer = async (table: readonly Matcher[], request: IncomingMessage): Promise<HttpAnswer> => {
  const { method = '', url = '', headers, socket } = request;
  const body = await buffer(request);
  const wanted = `${method} ${url.replace(/\?.*$/s, '')}`;
  const route = table.find(({ pattern }) => pattern.test(wanted));
  if (!route) return gatewayAnswer(404, 'Not Found');
  try {
    const values = route.pattern.exec(wanted)?.slice(1).map(decodeURIComponent) ?? [];
    const parameters = Object.fromEntries(route.parameters.map((name, index) => [name, values[index] ?? '']));
    const event = toEvent(route.key, parameters, { method, url, headers, body, sourceIp: socket.remoteAddress ?? '' });
    const handler = await route.load();
    const late = sleep(FUNCTION_TIMEOUT_MS, undefined, { ref: false });
    const result = await Promise.race([handler(event, contextOf(route)), late]);
    return result ? toAnswer(result) : gatewayAnswer(503, 'Service Unavailable');
  } catch (error) {
    if (error instanceof URIError) return gatewayAnswer(400, 'Bad Request');
    const line = `The function ${route.functionName} failed: ${error instanceof Error ? error.message : error}`;
    process.stderr.write(`${line}\n`);
    return gatewayAnswer(500, line);
  }
};

const contextOf = ({ functionName }: Route): object => {
  const end = performance.now() + FUNCTION_TIMEOUT_MS;
  return { functionName, awsRequestId: randomUUID(), getRemainingTimeInMillis: () => end - performance.now() };
};
