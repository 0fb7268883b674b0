import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../infra/local/ports.ts';
import { someone } from '../support/api.ts';
import { somePhone } from '../support/person.ts';
import { type Group, gone, ROOT, spawnScript, written } from '../support/spawn.ts';
import { type Send, WALK_EVENTS, walk } from '../support/walk.ts';

const PATH = '/auth/v1/users/me/auth_factors/otp_sms';
const OWNER = 'urn:zitadel:iam:user:resourceowner:id';

let stack: Group;
let api: string;
let dev: string;

beforeAll(async () => {
  const [port, devPort] = await Promise.all([freePort(), freePort()]);
  api = `http://127.0.0.1:${port}`;
  dev = `http://127.0.0.1:${devPort}`;
  // What a deployment is set to: none of it may reach the local stack.
  const deployment = { TOKEN_ISSUER: 'https://issuer.example', TOKEN_CLIENT_ID: 'client', REQUIRED_SCOPE: 'second' };
  stack = spawnScript('infra/local/start.ts', { PORT: `${port}`, DEV_PORT: `${devPort}`, ...deployment });
  await written(stack, /^curl .*$/m);
}, 60_000);

const send = async <Body = Record<string, string>>(
  method: string,
  url: string,
  body?: unknown,
  token?: string,
  headers: Readonly<Record<string, string>> = {},
) => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(url, {
    method,
    headers: { ...headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    ...(text !== undefined && { body: text }),
  });
  return { status: response.status, body: (await response.json()) as Body };
};

const tokenFor = async (request: object): Promise<string> => {
  const { body } = await send('POST', `${dev}/token`, request);
  return body.access_token ?? '';
};

const claimsOf = (token = ''): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

const enrol = (token: string) => send('POST', api + PATH, undefined, token);

it('says first where to look at it', () => {
  const told = stack.stdout().replace(/^\{.*\n/gm, ''); // the functions' own log
  expect(told).toMatch(new RegExp(`^\nSee it work: +${dev}/\n`));
});

describe('the API', () => {
  it('says that it is there before it says anything of requests', () => {
    expect(stack.stdout()).toMatch(/^\nSee it work: [^{]*^The API answers on /m);
  });

  it('enrols the sample user by the printed line as pasted, once', async () => {
    const line = await written(stack, /^curl .*$/m);
    const paste = async () => (await promisify(execFile)('bash', ['-c', line])).stdout;

    const first = await paste();
    expect(first).toMatch(/^HTTP\/1\.1 200 /);
    expect(JSON.parse(first.split('\r\n\r\n')[1] ?? '')).toMatchObject({ details: { sequence: '4' } });
    expect(await paste()).toMatch(/^HTTP\/1\.1 409 /);
  });

  it('answers 401 to a bad token and 404 to an unknown path or verb', async () => {
    expect(await enrol('no.such.token')).toMatchObject({ status: 401, body: { code: 16 } });
    expect((await send('POST', `${api}/auth/v1/users/me/nothing`)).status).toBe(404);
    expect((await send('PATCH', api + PATH)).status).toBe(404);
  });

  it('answers a body that is null as it does where it is deployed', async () => {
    const token = await tokenFor({ sub: someone() });
    expect(await send('POST', api + PATH, 'null', token)).toMatchObject({ status: 400, body: { code: 3 } });
  });
});

describe('a new user', () => {
  it('goes all the way', async () => {
    const sub = someone();
    const token = await tokenFor({ sub });
    const call: Send = (http, body, headers) => {
      const [method = '', path] = http.split(' ');
      return send<unknown>(method, `${api}/auth/v1${path}`, body, token, headers);
    };
    const readCode = async (phone: string) => {
      const { body } = await send<{ body: string }[]>('GET', `${dev}/messages?to=${encodeURIComponent(phone)}`);
      return /#(\d+)$/.exec(body.at(-1)?.body ?? '')?.[1] ?? '';
    };
    await walk(call, readCode, [somePhone(), somePhone()]);

    const { body } = await send<{ type: string }[]>('GET', `${dev}/users/${sub}/events`);
    expect(body.map(({ type }) => type)).toEqual(WALK_EVENTS);
  });
});

describe('npm run invoke at the same time', () => {
  it('does its work and leaves the API its own', async () => {
    const invocation = spawnScript('infra/local/invoke.ts', {});
    expect(await invocation.exit).toEqual({ code: 0, signal: null });
    expect((await enrol('no.such.token')).status).toBe(401);
  });
});

describe('npm run smoke', () => {
  const smoke = (args: readonly string[], environment: Record<string, string> = {}) =>
    spawnScript('infra/smoke/start.ts', environment, args);

  it('sees from outside that the API answers, and with a token that it refuses to enrol without a phone', async () => {
    const outside = smoke([`${api}/auth/v1`]);
    expect(await outside.exit).toEqual({ code: 0, signal: null });
    expect(outside.stdout()).toBe(`ok   a list without a token is refused: 401 auth header missing
ok   the key set of proofs has a key: 200
     With an access token in SMOKE_TOKEN it sees more.
Everything was as it should be.
`);
    const inside = smoke([`${api}/auth/v1`], { SMOKE_TOKEN: await tokenFor({ sub: someone() }) });
    expect(await inside.exit).toEqual({ code: 0, signal: null });
    expect(inside.stdout()).toMatch(/^ok {3}enrolling without a phone is refused: 400 .*\(COMMAND-Q54j2\)$/m);
  });

  it('leaves a user with a phone as it is', async () => {
    const sub = someone();
    await send('PUT', `${dev}/users/${sub}`, { phone: somePhone(), verified: true });
    const seen = smoke([`${api}/auth/v1`, '--walk'], { SMOKE_TOKEN: await tokenFor({ sub }) });
    expect(await seen.exit).toEqual({ code: 0, signal: null });
    expect((await send<object[]>('GET', `${dev}/users/${sub}/events`)).body).toHaveLength(3);
  });

  it('walks all the way and back with the codes that are typed in', async () => {
    const [sub, phone] = [someone(), somePhone()];
    const walking = spawn(process.execPath, ['infra/smoke/start.ts', `${api}/auth/v1`, '--walk'], { cwd: ROOT });
    const exit = once(walking, 'close');
    const output = text(walking.stdout);
    for await (const chunk of walking.stderr) {
      const question = String(chunk);
      if (question.includes('access token')) walking.stdin.write(`${await tokenFor({ sub })}\n`);
      else if (question.includes('mobile phone')) walking.stdin.write(`${phone}\n`);
      else {
        const { body } = await send<{ body: string }[]>('GET', `${dev}/messages?to=${encodeURIComponent(phone)}`);
        walking.stdin.write(`${/#(\d+)$/.exec(body.at(-1)?.body ?? '')?.[1]}\n`);
      }
    }
    expect(await exit, await output).toEqual([0, null]);
    expect(await output).toMatch(/ok {3}remove the phone: 200\nEverything was as it should be\.\n$/);
    expect(
      (await send('GET', `${api}/auth/v1/users/me/phone`, undefined, await tokenFor({ sub }))).body,
    ).not.toHaveProperty('phone');
  });

  it.each([
    ['without a URL', [], /^npm run smoke -- <BaseUrl> \[--walk\]/],
    ['where nothing answers', ['http://127.0.0.1:9/auth/v1'], /^fetch failed \(/],
  ])('ends with one line %s', async (_, args, line) => {
    const seen = smoke(args);
    expect(await seen.exit).toEqual({ code: 1, signal: null });
    expect(seen.stderr()).toMatch(line);
    expect(seen.stderr().split('\n')).toHaveLength(2);
  });

  it('tells an API that is none of ours', async () => {
    const seen = smoke([dev]);
    expect(await seen.exit).toEqual({ code: 1, signal: null });
    expect(seen.stdout()).toMatch(/^FAIL a list without a token is refused: 404/);
  });
});

describe('the development side', () => {
  it('describes its issuer and serves its keys', async () => {
    const { body } = await send('GET', `${dev}/.well-known/openid-configuration`);
    expect(body).toMatchObject({ issuer: dev, token_endpoint: `${dev}/token` });
    expect(body.jwks_uri).toBe(`${dev}/.well-known/jwks.json`);
    const { keys } = (await send<{ keys: object[] }>('GET', `${dev}/.well-known/jwks.json`)).body;
    expect(keys).toEqual([expect.objectContaining({ kty: 'RSA', use: 'sig', alg: 'RS256' })]);
    expect(keys[0]).not.toHaveProperty('d');
  });

  it('describes the API', async () => {
    const { body } = await send<{ servers: object[] }>('GET', `${dev}/openapi.json`);
    expect(body).toMatchObject({ openapi: '3.1.0', servers: [{ url: `${api}/auth/v1` }] });
  });

  it.each([
    ['', '/files/main.js'],
    ['docs', '/files/swagger-ui-bundle.js'],
    ['docs/', '/files/swagger-ui-bundle.js'],
  ])('serves a page at /%s, whose scripts are its own', async (path, script) => {
    const page = await fetch(`${dev}/${path}`);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self';");
    const html = await page.text();
    expect(html).toContain('<meta name="viewport" content="width=device-width');
    expect(html).not.toMatch(/<script>| style=| on\w+=|{{/);
    const files = [...html.matchAll(/(?:src|href)="(\/[^"]*)"/g)].map(([, file = '']) => file);
    expect(files).toContain(script);
    for (const file of files) expect([file, (await fetch(new URL(file, page.url))).status]).toEqual([file, 200]);
  });

  it.each(['package.json', '..%2fpackage.json', 'main.ts', 'constructor'])(
    'does not give out /files/%s',
    async (path) => {
      expect((await fetch(`${dev}/files/${path}`)).status).toBe(404);
    },
  );

  it('tells of messages as they arrive', async () => {
    const { body } = await fetch(`${dev}/messages/stream`);
    const phone = somePhone();
    await send('PUT', `${api}/auth/v1/users/me/phone`, { phone }, await tokenFor({ sub: someone() }));
    let told = '';
    for await (const chunk of body ?? []) {
      told += Buffer.from(chunk);
      if (told.includes(`data: {"to":"${phone}"`)) break;
    }
    expect(told).toMatch(/#\d{6}","sentAt":"[^"]+"}\n\n$/);
  });

  it('grants a token as asked for', async () => {
    const { body } = await send('POST', `${dev}/token`, { sub: 'ann', resourceOwner: 'org', expiresIn: 60 });
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 60 });
    const claims = claimsOf(body.access_token);
    expect(claims).toMatchObject({ iss: dev, aud: 'otp-sms-factor', sub: 'ann', [OWNER]: 'org' });
    expect(Number(claims.exp) - Number(claims.iat)).toBe(60);
  });

  it.each([{ iss: 'https://elsewhere.example' }, { aud: 'another' }, { exp: 1 }])(
    'makes a bad token by the claims %o, and the API refuses it',
    async (claims) => {
      const token = await tokenFor({ sub: 'ann', claims });
      expect(claimsOf(token)).toMatchObject({ sub: 'ann', ...claims });
      expect((await enrol(token)).status).toBe(401);
    },
  );

  it('puts a user as wanted and tells the events in order', async () => {
    const user = `${dev}/users/bob%20b`;
    expect((await send('PUT', user, { phone: '+41791234568', verified: true, resourceOwner: 'org' })).status).toBe(200);
    expect((await enrol(await tokenFor({ sub: 'bob b' }))).status).toBe(200);

    const { body } = await send('GET', `${user}/events`);
    const types = ['phone.changed', 'phone.code.added', 'phone.verified', 'mfa.otp.sms.added'].map(
      (type) => `user.human.${type}`,
    );
    expect(body).toEqual(
      types.map((type, index) =>
        expect.objectContaining({ type, sequence: index + 1, resourceOwner: 'org', createdAt: expect.any(String) }),
      ),
    );
  });

  it('knows no events of an unknown user', async () => {
    expect(await send('GET', `${dev}/users/nobody/events`)).toEqual({ status: 200, body: [] });
  });

  it('refuses to give a user to another owner', async () => {
    await send('PUT', `${dev}/users/cat`, { phone: '+41791234569', resourceOwner: 'org' });
    const again = await send('PUT', `${dev}/users/cat`, { phone: '+41791234570', resourceOwner: 'other' });
    expect(again).toMatchObject({ status: 409, body: { reason: 'RESOURCE_OWNER_MISMATCH' } });
  });

  it.each([
    ['POST', '/token', {}, 'sub'],
    ['POST', '/token', { sub: '' }, 'sub'],
    ['POST', '/token', { sub: 'ann', expiresIn: '60' }, 'expiresIn'],
    ['POST', '/token', { sub: 'ann', resourceOwner: 1 }, 'resourceOwner'],
    ['POST', '/token', { sub: 'ann', claims: 'admin' }, 'claims'],
    ['POST', '/token', '{"sub":', 'JSON'],
    ['POST', '/token', '[]', 'object'],
    ['PUT', '/users/ann', {}, 'phone'],
    ['PUT', '/users/ann', { phone: '+41791234567', verified: 'yes' }, 'verified'],
    ['PUT', '/users/ann', { phone: '+41791234567', resourceOwner: 1 }, 'resourceOwner'],
    ['PUT', '/users/%E0%A4%A', { phone: '+41791234567' }, 'URI'],
  ])('answers %s %s with %j by 400 and an error about %s', async (method, path, body, word) => {
    const answer = await send(method, dev + path, body);
    expect(answer).toEqual({ status: 400, body: { error: expect.stringContaining(word) } });
  });

  it('reads the number of a user as the API does', async () => {
    const put = (phone: string) => send('PUT', `${dev}/users/reader`, { phone, verified: true });
    expect(await put('0791234567')).toMatchObject({ status: 400, body: { reason: 'PHONE_INVALID' } });
    expect(await put('0041 (0)79 123 45 60')).toMatchObject({
      status: 200,
      body: { verifiedPhone: '+41791234560', verifiedPhoneCountry: 'CH' },
    });
  });

  it('answers 404 to anything else', async () => {
    expect(await send('GET', `${dev}/token`)).toEqual({ status: 404, body: { error: 'There is no GET /token here' } });
  });
});

describe('Ctrl-C', () => {
  it('ends everything with exit code 0, soon', async () => {
    const start = performance.now();
    process.kill(-stack.pid, 'SIGINT');
    expect(await stack.exit).toEqual({ code: 0, signal: null });
    await gone(stack);
    expect(performance.now() - start).toBeLessThan(3_000);
    await expect(fetch(api)).rejects.toThrow();
    await expect(fetch(dev)).rejects.toThrow();
  });
});
