import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { createSecondStep } from '../../infra/examples/login.ts';
import { freePort } from '../../infra/local/ports.ts';
import { spawnScript, written } from '../support/spawn.ts';

let [api, dev] = ['', ''];
beforeAll(async () => {
  const [PORT, DEV_PORT] = [String(await freePort()), String(await freePort())];
  [api, dev] = [`http://127.0.0.1:${PORT}`, `http://127.0.0.1:${DEV_PORT}`];
  await written(spawnScript('infra/local/start.ts', { PORT, DEV_PORT }), /^curl .*$/m);
}, 60_000);

const development = async <Body>(method: string, path: string, body?: object): Promise<Body> => {
  const response = await fetch(`${dev}${path}`, { method, ...(body && { body: JSON.stringify(body) }) });
  return (await response.json()) as Body;
};

const tokenOf = async (sub: string, claims: object = {}): Promise<string> =>
  (await development<{ access_token: string }>('POST', '/token', { sub, claims })).access_token;

const codeTo = async (phone: string): Promise<string> =>
  /^\d+/.exec(
    (await development<{ body: string }[]>('GET', `/messages?to=${encodeURIComponent(phone)}`)).at(-1)?.body ?? '',
  )?.[0] ?? '';

const BROWSER = { address: '203.0.113.7', languages: 'de' };

const secondStep = (subject = 'login-service') =>
  createSecondStep({
    api,
    subject,
    accessToken: () => tokenOf('login-service', { scope: 'otp:challenge' }),
  });

const enrolled = async (sub: string, phone: string): Promise<void> => {
  await development('PUT', `/users/${encodeURIComponent(sub)}`, { phone, verified: true });
  const headers = { authorization: `Bearer ${await tokenOf(sub)}` };
  await fetch(`${api}/auth/v1/users/me/auth_factors/otp_sms`, { method: 'POST', headers });
};

describe('the login of the example', () => {
  it('takes the code, once, and no other', async () => {
    const phone = '+41791230011';
    await enrolled('auth0|erin', phone);
    const { begin, finish } = secondStep();
    const pending = await begin('auth0|erin', BROWSER);
    if (pending === 'not enrolled') throw new Error('She is');
    const code = await codeTo(phone);
    expect(
      await finish(
        pending,
        code.replace(/.$/, (digit) => String((Number(digit) + 1) % 10)),
      ),
    ).toBe(false);
    expect(await finish(pending, code)).toBe(true);
    await expect(finish(pending, code)).rejects.toThrow('COMMAND-S34gh');
  });

  it('says who is not enrolled', async () => {
    expect(await secondStep().begin('nobody-here', BROWSER)).toBe('not enrolled');
    await expect(secondStep().begin('a?b', BROWSER)).rejects.toThrow('No path names this user');
  });

  it('takes no proof that is for another service', async () => {
    const phone = '+41791230012';
    await enrolled('frank', phone);
    const { begin, finish } = secondStep('another-service');
    const pending = await begin('frank', BROWSER);
    if (pending === 'not enrolled') throw new Error('He is');
    await expect(finish(pending, await codeTo(phone))).rejects.toThrow('"aud"');
  });

  it('is some fifty lines', () => {
    const lines = readFileSync(new URL('../../infra/examples/login.ts', import.meta.url), 'utf8').split('\n');
    expect(lines.filter((line) => line.trim() !== '' && !/^\s*\/\*\*/.test(line)).length).toBeLessThanOrEqual(50);
  });
});
