import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { someone, startIssuer } from '../support/api.ts';

const { url } = await startIssuer();
const { port } = new URL(url);

/** Asks the development side for a token, as a page in a browser of this machine could, or for something else; `fetch` sets the host itself. */
const ask = (headers: Readonly<Record<string, string>>, method = 'POST', path = '/token') =>
  new Promise<{ status: number | undefined; headers: Readonly<Record<string, unknown>>; body: string }>(
    (resolve, reject) => {
      const sent = request(url + path, { method, headers }, async (response) =>
        resolve({ status: response.statusCode, headers: response.headers, body: await text(response) }),
      );
      sent.on('error', reject);
      sent.end(method === 'POST' ? JSON.stringify({ sub: someone() }) : undefined);
    },
  );

describe('a page of another site', () => {
  it.each([
    ['whose name leads to this machine', { host: `evil.example:${port}` }],
    ['whose name begins like this machine', { host: `localhost.evil.example:${port}` }],
    ['whose name ends like this machine', { host: `evil.localhost:${port}` }],
    ['that calls this machine by its name', { origin: 'https://evil.example' }],
    [
      'under a name that leads to this machine, from itself',
      { host: `evil.example:${port}`, origin: `http://evil.example:${port}` },
    ],
    ['in a frame without an origin', { origin: 'null' }],
    ['whose origin begins like this machine', { origin: 'http://127.0.0.1.evil.example' }],
    ['whose origin has this machine for its user', { origin: 'http://127.0.0.1@evil.example' }],
  ])('gets no token: %s', async (_, headers: Readonly<Record<string, string>>) => {
    for (const method of ['POST', 'OPTIONS']) {
      const answer = await ask(headers, method);
      expect(answer).toMatchObject({ status: 403, body: expect.not.stringContaining('access_token') });
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    }
    for (const path of ['/messages', '/messages/stream', '/users/ann/events']) {
      expect([path, (await ask(headers, 'GET', path)).status]).toEqual([path, 403]);
    }
  });
});

describe('a page of this machine', () => {
  it.each(['http://localhost:5173', 'http://127.0.0.1:3000', 'https://[::1]:8443'])(
    '%s may ask and read',
    async (origin) => {
      const cors = { 'access-control-allow-origin': origin, vary: 'origin' };
      expect(await ask({ origin, 'access-control-request-method': 'POST' }, 'OPTIONS')).toMatchObject({
        status: 204,
        headers: { ...cors, 'access-control-allow-headers': 'content-type' },
      });
      expect(await ask({ origin })).toMatchObject({
        status: 200,
        headers: cors,
        body: expect.stringContaining('access_token'),
      });
    },
  );

  it.each([`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`, 'LOCALHOST'])('is served at %s', async (host) => {
    expect((await ask({ host })).status).toBe(200);
  });
});
