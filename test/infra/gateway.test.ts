import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { serveApi } from '../../infra/local/gateway.ts';
import { freePort, LOOPBACK } from '../../infra/local/ports.ts';
import { type Route, readCors, readRoutes } from '../../infra/local/routes.ts';
import { FUNCTION_NAMES, ROUTES } from '../support/package.ts';

const events: APIGatewayProxyEventV2[] = [];
const results: object[] = [];

const route = (key: string, load: Route['load']): Route => ({ key, functionName: 'some', load });
const recording: Route['load'] = async () => async (event) => {
  events.push(event);
  return results.shift() ?? { statusCode: 200 };
};

let api: string;
beforeAll(async () => {
  const port = await freePort();
  const routes = [
    route('POST /users/{user_id}/phone', recording),
    route('POST /users/me/phone', recording),
    route('GET /late', () => Promise.reject(new Error('Set TABLE_NAME: the name of the DynamoDB table'))),
    route('GET /broken', async () => () => Promise.reject(new Error('broken'))),
  ];
  const server = await serveApi(port, routes, await readCors());
  api = `http://${LOOPBACK}:${port}`;
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });
});

/** The event that a function got for a request. */
const eventOf = async (path: string, init: RequestInit = {}): Promise<APIGatewayProxyEventV2 | undefined> => {
  expect((await fetch(api + path, { method: 'POST', ...init })).status).toBe(200);
  return events.pop();
};

describe('an event', () => {
  it('is of payload format 2.0', async () => {
    const event = await eventOf('/users/a%2Fb/phone?x=1&x=2&y=%20', {
      headers: { Accept: 'text/x', 'X-Twice': 'a', cookie: 'a=1; b=2', 'user-agent': 'test' },
    });
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: 'POST /users/{user_id}/phone',
      rawPath: '/users/a%2Fb/phone',
      rawQueryString: 'x=1&x=2&y=%20',
      cookies: ['a=1', 'b=2'],
      headers: { accept: 'text/x', 'x-twice': 'a', host: new URL(api).host },
      queryStringParameters: { x: '1,2', y: ' ' },
      pathParameters: { user_id: 'a/b' },
      requestContext: { http: { method: 'POST', sourceIp: LOOPBACK, userAgent: 'test' }, stage: '$default' },
      isBase64Encoded: false,
    });
    expect(event?.headers).not.toHaveProperty('cookie');
    expect(event).not.toHaveProperty('body');
  });

  it('is of the route without a parameter where both fit', async () => {
    const event = await eventOf('/users/me/phone');
    expect(event?.routeKey).toBe('POST /users/me/phone');
    expect(event).not.toHaveProperty('pathParameters');
    expect(event).not.toHaveProperty('queryStringParameters');
  });

  const BYTES = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

  it.each(['application/grpc-web+proto', 'application/proto', 'application/x-www-form-urlencoded', ''])(
    'has every byte of a body of "%s", in base64',
    async (type) => {
      const event = await eventOf('/users/me/phone', { headers: { 'content-type': type }, body: BYTES });
      expect(event).toMatchObject({ body: BYTES.toString('base64'), isBase64Encoded: true });
    },
  );

  it.each(['application/json', 'application/json; charset=utf-8', 'text/plain', 'application/problem+json'])(
    'has a body of %s as the text that it is: null, for instance',
    async (type) => {
      const event = await eventOf('/users/me/phone', { headers: { 'content-type': type }, body: 'null' });
      expect(event).toMatchObject({ body: 'null', isBase64Encoded: false });
    },
  );
});

describe('an answer', () => {
  it('is what the function says, and no more', async () => {
    results.push({ statusCode: 418, headers: { 'Content-Type': 'application/json', 'X-A': 'b' }, body: 'null' });
    const answer = await fetch(`${api}/users/me/phone`, { method: 'POST' });
    expect([answer.status, await answer.text()]).toEqual([418, 'null']);
    expect(Object.fromEntries(answer.headers)).toEqual({
      'content-type': 'application/json',
      'x-a': 'b',
      'content-length': '4',
      date: expect.any(String),
      connection: 'keep-alive',
      'keep-alive': expect.any(String),
    });
  });

  it('has the bytes of one in base64, and its cookies', async () => {
    results.push({ statusCode: 200, body: 'AP8=', isBase64Encoded: true, cookies: ['a=1', 'b=2'] });
    const answer = await fetch(`${api}/users/me/phone`, { method: 'POST' });
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(Buffer.from([0, 255]));
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });

  it.each([
    ['a path that there is not', 'GET', '/users', 404, 'Not Found'],
    ['a verb that there is not', 'PATCH', '/users/me/phone', 404, 'Not Found'],
    ['a path with a dot for any character', 'POST', '/users.me/phone', 404, 'Not Found'],
    ['a parameter that cannot be read', 'POST', '/users/%E0%A4%A/phone', 400, 'Bad Request'],
  ])('to %s is the gateway’s own', async (_, method, path, status, message) => {
    const answer = await fetch(api + path, { method });
    expect([answer.status, await answer.json()]).toEqual([status, { message }]);
  });

  it.each([
    ['cannot start', '/late', 'The function some failed: Set TABLE_NAME: the name of the DynamoDB table'],
    ['throws', '/broken', 'The function some failed: broken'],
  ])('of a function that %s is 500 with one line, which is told the developer too', async (_, path, message) => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const answer = await fetch(api + path);
    const told = write.mock.calls.map(([text]) => text);
    write.mockRestore();
    expect([answer.status, await answer.json()]).toEqual([500, { message }]);
    expect(told).toEqual([`${message}\n`]);
  });
});

describe('a page of another origin', () => {
  it('may do what a deployment lets it', async () => {
    const headers = { origin: 'https://app.example', 'access-control-request-method': 'POST' };
    const preflight = await fetch(`${api}/users/me/phone`, { method: 'OPTIONS', headers });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-headers')?.split(',')).toContain('X-Zitadel-Orgid');

    const answer = await fetch(`${api}/users/me/phone`, { method: 'POST', headers: { origin: headers.origin } });
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('access-control-expose-headers')?.split(',')).toContain('Date');
  });
});

describe('the routes', () => {
  it('are those of a deployment', async () => {
    const routes = await readRoutes();
    for (const name of FUNCTION_NAMES) {
      const keys = routes.filter(({ functionName }) => functionName === name).map(({ key }) => key);
      expect([name, keys.sort()]).toEqual([name, [...(ROUTES[name] ?? [])].sort()]);
    }
    expect(routes).toHaveLength(Object.values(ROUTES).flat().length);
  });

  it('cannot be served where something listens already', async () => {
    await expect(serveApi(Number(new URL(api).port), [], await readCors())).rejects.toThrow('EADDRINUSE');
  });
});
