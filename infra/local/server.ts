import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { ApiError } from '../../lib/errors/errors.ts';
import type { Message } from '../../lib/sms/sender.ts';
import { describeApi } from '../openapi/description.ts';
import type { Inbox, Received } from './inbox.ts';
import { DEFAULT_LIFE_SECONDS, type Issuer, type TokenRequest } from './issuer.ts';
import { createPages } from './page.ts';
import { LOOPBACK } from './ports.ts';
import { corsHeaders, isOfThisMachine } from './sameMachine.ts';
import type { Users, Wanted } from './users.ts';
import { WebFile } from './webFile.ts';

/** What the development server stands on. */
type Development = {
  readonly issuer: Issuer;
  readonly users: Users;
  readonly inbox: Inbox;
  /** Where the API is to answer, if it is to answer over HTTP. */
  readonly apiUrl?: string | undefined;
};

/** A request that cannot be carried out as it was made. */
class BadRequest extends Error {}

/** A message that the network refuses. */
class Undeliverable extends Error {}

/** An answer that goes on: the messages so far, then each as it comes, as server-sent events. */
class MessageStream {
  readonly #inbox: Inbox;

  constructor(inbox: Inbox) {
    this.#inbox = inbox;
  }

  send(response: ServerResponse): void {
    const write = (message: Received) => response.write(`data: ${JSON.stringify(message)}\n\n`);
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' }).flushHeaders();
    this.#inbox.messages(null).forEach(write);
    response.once('close', this.#inbox.subscribe(write));
  }
}

type Input = { readonly parameter: string; readonly query: URLSearchParams; readonly body: Record<string, unknown> };
type Route = (input: Input) => Promise<unknown>;

const routes = ({ issuer, users, inbox, apiUrl }: Development): readonly (readonly [string, RegExp, Route])[] => [
  [
    'GET',
    /^\/\.well-known\/openid-configuration$/,
    async () => ({
      issuer: issuer.url,
      jwks_uri: `${issuer.url}/.well-known/jwks.json`,
      token_endpoint: `${issuer.url}/token`,
      id_token_signing_alg_values_supported: ['RS256'],
    }),
  ],
  ['GET', /^\/\.well-known\/jwks\.json$/, async () => issuer.jwks],
  ['POST', /^\/token$/, ({ body }) => grant(issuer, body)],
  ['PUT', /^\/users\/([^/]+)$/, ({ parameter, body }) => users.put(parameter, wanted(body))],
  ['GET', /^\/users\/([^/]+)\/events$/, ({ parameter }) => users.events(parameter)],
  ['GET', /^\/messages$/, async ({ query }) => inbox.messages(recipient(query))],
  ['POST', /^\/messages$/, async ({ body }) => receive(inbox, body)],
  ['GET', /^\/messages\/stream$/, async () => new MessageStream(inbox)],
  ...(apiUrl === undefined ? [] : describing(apiUrl)),
];

const describing = (apiUrl: string): ReturnType<typeof routes> => {
  const description = describeApi(`${apiUrl}/auth/v1`);
  const pages = createPages(apiUrl);
  return [
    ['GET', /^\/openapi\.json$/, async () => description],
    ['GET', /^\/$/, pages.demonstration],
    ['GET', /^\/docs\/?$/, pages.description],
    ['GET', /^\/files\/([^/]+)$/, ({ parameter }) => pages.file(parameter)],
  ];
};

/** Serves the development side on loopback: an issuer of tokens, and users as one wants them. */
export const serveDevelopment = (development: Development, port: number): Promise<Server> => {
  const table = routes(development);
  const server = createServer((request, response) => void answer(table, request, response));
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, () => resolve(server));
  });
};

const answer = async (table: ReturnType<typeof routes>, request: IncomingMessage, response: ServerResponse) => {
  const send = (status: number, body: unknown) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  if (!isOfThisMachine(request.headers))
    return send(403, { error: 'Only this machine is served: call http://127.0.0.1, from no page of another origin' });
  for (const [name, value] of Object.entries(corsHeaders(request.headers))) response.setHeader(name, value);
  response.setHeader('x-content-type-options', 'nosniff').setHeader('cache-control', 'no-cache');
  if (request.method === 'OPTIONS') return response.writeHead(204).end();
  try {
    const { pathname, searchParams: query } = new URL(request.url ?? '/', `http://${LOOPBACK}`);
    const route = table.find(([method, path]) => method === request.method && path.test(pathname));
    if (!route) return send(404, { error: `There is no ${request.method} ${pathname} here` });
    const parameter = decodeURIComponent(route[1].exec(pathname)?.[1] ?? '');
    const result = await route[2]({ parameter, query, body: json(await text(request)) });
    if (result === undefined) return send(404, { error: `There is no ${pathname} here` });
    if (result instanceof MessageStream) return result.send(response);
    if (!(result instanceof WebFile)) return send(200, result);
    return response.writeHead(200, { ...result.headers, 'content-type': result.type }).end(result.content);
  } catch (error) {
    if (error instanceof BadRequest || error instanceof URIError) return send(400, { error: error.message });
    if (error instanceof Undeliverable) return send(422, { reason: error.message });
    if (error instanceof ApiError) {
      const { message, reason, code } = error;
      return send(code === 'INVALID_ARGUMENT' ? 400 : 409, { error: message, reason });
    }
    return send(500, { error: String(error) });
  }
};

const json = (body: string): Record<string, unknown> => {
  let value: unknown;
  try {
    value = JSON.parse(body || '{}');
  } catch {
    throw new BadRequest('The body is not JSON');
  }
  if (!isObject(value)) throw new BadRequest('The body is no object');
  return value;
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const grant = async (issuer: Issuer, body: Record<string, unknown>) => {
  const { sub, resourceOwner, expiresIn = DEFAULT_LIFE_SECONDS, claims = {} } = body;
  if (typeof sub !== 'string' || sub === '') throw new BadRequest('Say whose token: {"sub": "…"}');
  if (resourceOwner !== undefined && typeof resourceOwner !== 'string')
    throw new BadRequest('"resourceOwner" is a string');
  if (!Number.isFinite(expiresIn)) throw new BadRequest('"expiresIn" is a number of seconds');
  if (!isObject(claims)) throw new BadRequest('"claims" is an object');
  const request = body as TokenRequest;
  return {
    access_token: await issuer.token(request),
    token_type: 'Bearer',
    expires_in: request.expiresIn ?? DEFAULT_LIFE_SECONDS,
  };
};

const wanted = (body: Record<string, unknown>): Wanted => {
  const { phone, verified = false, resourceOwner } = body;
  if (typeof phone !== 'string') throw new BadRequest('"phone" is a number with its country code');
  if (typeof verified !== 'boolean') throw new BadRequest('"verified" is true or false');
  if (resourceOwner !== undefined && typeof resourceOwner !== 'string')
    throw new BadRequest('"resourceOwner" is a string');
  return { phone, verified, ...(resourceOwner !== undefined && { resourceOwner }) };
};

/** A `+` that was not escaped is read as a space. */
const recipient = (query: URLSearchParams): string | null => query.get('to')?.replace(/^ /, '+') ?? null;

const receive = (inbox: Inbox, body: Record<string, unknown>) => {
  const failure = inbox.receive(body as Message);
  if (failure) throw new Undeliverable(failure);
  return {};
};
