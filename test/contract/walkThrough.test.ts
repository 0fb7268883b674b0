import { expect, it } from 'vitest';
import { freePort, LOOPBACK } from '../../infra/local/ports.ts';
import * as operations from '../../lib/operations.ts';
import { apiOf, bearer, configFor, someone, startIssuer } from '../support/api.ts';
import { expectWhole } from '../support/partition.ts';
import { codeFor, somePhone } from '../support/person.ts';
import { spawnScript, written } from '../support/spawn.ts';
import { walk } from '../support/walk.ts';

const EVENTS = [
  ...['phone.changed', 'phone.code.added', 'phone.verified', 'mfa.otp.sms.added'],
  ...['mfa.otp.sms.code.added', 'mfa.otp.sms.check.succeeded'],
  ...['phone.changed', 'phone.code.added', 'phone.verified'],
  ...['mfa.otp.sms.code.added', 'mfa.otp.sms.check.succeeded'],
  ...['mfa.otp.sms.removed', 'phone.removed'],
].map((type) => `user.human.${type}`);

it('a new user goes all the way by HTTP events', async () => {
  const issuer = await startIssuer();
  const config = configFor(issuer);
  const calls = Object.fromEntries(Object.values({ ...operations }).map((one) => [one.http, apiOf(one, config)]));
  const sub = someone();
  const headers = bearer(await issuer.token({ sub }));

  const send = async (http: string, body?: object) => {
    const answer = await calls[http]?.({ headers, body: body && JSON.stringify(body) });
    if (!answer) throw new Error(`There is no operation ${http}`);
    return { status: answer.status, body: answer.body };
  };
  await walk(send, async (phone) => codeFor(phone), [somePhone(), somePhone()]);

  expect((await expectWhole(sub)).map(({ type }) => type)).toEqual(EVENTS);
});

it('a new user goes all the way on the local stack', { timeout: 60_000 }, async () => {
  const [port, devPort] = await Promise.all([freePort(), freePort()]);
  const dev = `http://${LOOPBACK}:${devPort}`;
  const stack = spawnScript('infra/local/start.ts', { PORT: `${port}`, DEV_PORT: `${devPort}` });
  await written(stack, /^curl .*$/m);
  const json = async <Body>(url: string, init?: RequestInit) => (await (await fetch(url, init)).json()) as Body;

  const sub = someone();
  const token = await json<{ access_token: string }>(`${dev}/token`, { method: 'POST', body: JSON.stringify({ sub }) });
  const send = async (http: string, body?: object) => {
    const [method = '', path] = http.split(' ');
    const response = await fetch(`http://${LOOPBACK}:${port}/auth/v1${path}`, {
      method,
      headers: bearer(token.access_token),
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as unknown };
  };
  const readCode = async (phone: string) => {
    const messages = await json<{ body: string }[]>(`${dev}/messages?to=${encodeURIComponent(phone)}`);
    return /#(\d+)$/.exec(messages.at(-1)?.body ?? '')?.[1] ?? '';
  };
  await walk(send, readCode, [somePhone(), somePhone()]);

  const events = await json<{ type: string }[]>(`${dev}/users/${sub}/events`);
  expect(events.map(({ type }) => type)).toEqual(EVENTS);
});
