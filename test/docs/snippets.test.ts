import { readFileSync } from 'node:fs';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '../../infra/local/page/client.ts';
import { freePort } from '../../infra/local/ports.ts';
import { ROOT, spawnScript, written } from '../support/spawn.ts';

let ports: { readonly PORT: string; readonly DEV_PORT: string };
let folder: string;

beforeAll(async () => {
  ports = { PORT: String(await freePort()), DEV_PORT: String(await freePort()) };
  folder = await mkdtemp(join(tmpdir(), 'otp-sms-factor-snippets-'));
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  await symlink(join(ROOT, 'lib/rpc/gen'), join(folder, 'gen'));
  await written(spawnScript('infra/local/start.ts', ports), /^curl .*$/m);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The one block of TypeScript of a README that has a text, as a module for the ports of this test. */
const snippet = async (readme: string, text: string) => {
  const blocks = [...readFileSync(join(ROOT, readme), 'utf8').matchAll(/^```ts\n([\s\S]*?)^```$/gm)];
  const [code = '', ...others] = blocks.map(([, block = '']) => block).filter((block) => block.includes(text));
  expect([code, others]).toEqual([expect.stringMatching(/./), []]);
  const file = join(folder, `${text.replaceAll(/\W/g, '-')}.ts`);
  await writeFile(file, code.replaceAll(':3000', `:${ports.PORT}`));
  return import(file);
};

const development = async (method: string, path: string, body?: object) => {
  const init = { method, ...(body && { body: JSON.stringify(body) }) };
  return (await fetch(`http://127.0.0.1:${ports.DEV_PORT}${path}`, init)).json();
};

/** The access token of a user whose phone is verified. */
const tokenWithPhone = async (sub: string, phone: string): Promise<string> => {
  await development('PUT', `/users/${sub}`, { phone, verified: true });
  return ((await development('POST', '/token', { sub })) as { access_token: string }).access_token;
};

const codeTo = async (phone: string): Promise<string> => {
  const messages = await development('GET', `/messages?to=${encodeURIComponent(phone)}`);
  return /^\d+/.exec((messages as { body: string }[]).at(-1)?.body ?? '')?.[0] ?? '';
};

const PHONE = '+41791230001';

describe('what the READMEs of the rooms have to paste', () => {
  it("enrols by ZITADEL's client, and challenges and checks by Connect", async () => {
    const token = await tokenWithPhone('carol', PHONE);
    const { enrol } = await snippet('lib/rpc/README.md', '@zitadel/client/web');
    expect(await enrol(token)).toMatchObject([{ type: { case: 'otpSms' } }]);

    const { challenges } = await snippet('lib/rpc/README.md', '@connectrpc/connect-web');
    const { challenge } = await challenges(token).challengeMyOTPSMS({});
    const { challengeId } = challenge;
    expect((await challenges(token).checkMyOTPSMS({ code: await codeTo(PHONE), challengeId })).proof).toMatch(/^ey/);
  });

  it('makes a write again whose answer was lost, and it is done once', async () => {
    const token = await tokenWithPhone('erin', '+41791230003');
    const answers: Response[] = [];
    const losingTheFirst: typeof fetch = async (...request) => {
      const answer = await fetch(...request);
      answers.push(answer.clone());
      if (answers.length === 1) throw new TypeError('fetch failed');
      return answer;
    };
    const client = createClient(`http://127.0.0.1:${ports.PORT}/auth/v1`, () => token, losingTheFirst);
    expect(await client.call('POST /users/me/auth_factors/otp_sms')).toEqual(await answers[0]?.json());
    await expect(client.call('POST /users/me/auth_factors/otp_sms')).rejects.toMatchObject({
      reason: 'OTP_SMS_ALREADY_ADDED',
      metadata: {},
    });
  });

  it('enrols by openapi-fetch, and knows the refusal by its reason', async () => {
    const token = await tokenWithPhone('dave', '+41791230002');
    const { enrol } = await snippet('lib/http/README.md', 'openapi-fetch');
    expect(await enrol(token)).toMatch(/^\d{4}-/);
    expect(await enrol(token)).toBe('before');
    await expect(enrol('none')).rejects.toThrow('AUTH-7fs1e');
  });
});
