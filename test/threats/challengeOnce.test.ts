import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { LOOPBACK } from '../../infra/local/ports.ts';
import { startIssuer } from '../support/api.ts';
import { later } from '../support/clock.ts';
import { factorOf, metadataOf, reasonOf } from '../support/factor.ts';
import { expectWhole } from '../support/partition.ts';
import { tally, times } from '../support/times.ts';

const issuer = await startIssuer();

/** A wait that does not end within a test. */
const PATIENT = { RESEND_WAIT_SECONDS: '30' };
const factor = factorOf(issuer, PATIENT);

afterEach(() => {
  vi.unstubAllEnvs();
});

/** A network that takes messages and does with the requests what it is told. */
const startNetwork = async (answer: RequestListener) => {
  const taken: string[] = [];
  const server = createServer(async (request, response) => {
    taken.push(await text(request));
    answer(request, response);
  }).listen(0, LOOPBACK);
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });
  await new Promise((resolve) => server.once('listening', resolve));
  return { taken, url: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}` };
};

describe('challenges at the same time', () => {
  it.each<[number, string, Record<string, string>, (index: number) => Record<string, string>]>([
    [50, '', {}, () => ({})],
    [20, ' with idempotency keys of their own', {}, (index) => ({ 'idempotency-key': `"challenge-${index}"` })],
    [50, ' with the usual budget of a user', { SMS_BUDGET_USER: '', SMS_BUDGET_NUMBER: '' }, () => ({})],
  ])('%d of them%s send one message', async (count, _, env, headers) => {
    const user = await factorOf(issuer, { ...PATIENT, ...env }).enrolled();

    const answers = await times(count, (index) => user.challenge(headers(index)));

    expect(user.messages()).toBe(1);
    const { OK, ...refused } = tally(answers.map(reasonOf));
    expect(OK).toBe(1);
    const expected = ['SMS_TOO_SOON', 'SMS_BUDGET_SPENT', 'CONCURRENT_CHANGE'];
    expect(expected).toEqual(expect.arrayContaining(Object.keys(refused)));
    expect((await expectWhole(user.sub)).filter(({ type }) => type.endsWith('otp.sms.code.added'))).toHaveLength(1);
    expect(await user.check(user.code())).toMatchObject({ status: 200 });
  });

  it('20 of them when a code is at hand and the wait is over send one more, and the refused tell a code', async () => {
    later(0);
    const user = await factor.challenged();
    later(30);

    const answers = await times(20, () => user.challenge());

    expect(user.messages()).toBe(2);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status === 429)) {
      expect(metadataOf(answer)).toMatchObject({ expiresAt: expect.any(String), resendAt: expect.any(String) });
    }
  });

  it('those under one idempotency key are one, answered alike', async () => {
    const user = await factor.enrolled();

    const answers = await times(20, () => user.challenge({ 'idempotency-key': '"once"' }));

    expect(user.messages()).toBe(1);
    const given = answers.filter(({ status }) => status === 200);
    expect(given.length).toBeGreaterThan(0);
    for (const answer of given) expect(answer).toEqual(given[0]);
  });
});

describe('one after the other', () => {
  it('the next message goes out when its time has come, not a millisecond before', async () => {
    later(0);
    const user = await factor.challenged();
    later(29.999);
    expect(reasonOf(await user.challenge())).toBe('SMS_TOO_SOON');
    later(0.001);
    expect(await user.challenge()).toMatchObject({ status: 200 });
    later(59.999);
    expect(reasonOf(await user.challenge())).toBe('SMS_TOO_SOON');
    expect(user.messages()).toBe(2);
  });
});

describe('a network that may have sent the message', () => {
  it.each<[string, RequestListener]>([
    ['breaks the connection', (request) => request.socket.destroy()],
    ['answers 500', (_, response) => response.writeHead(500).end('{}')],
    ['answers 503', (_, response) => response.writeHead(503, { 'retry-after': '0' }).end('{}')],
    ['does not answer in time', () => {}],
  ])('is not asked again when it %s', async (_, answer) => {
    const inbox = await startNetwork(answer);
    const user = await factorOf(issuer, { ...PATIENT, SMS_INBOX_URL: inbox.url }).enrolled();

    const first = await user.challenge({ 'idempotency-key': '"first"' });

    expect(first).toMatchObject({ status: 503, headers: { 'retry-after': expect.any(String) } });
    expect(reasonOf(first)).toBe('SMS_UNAVAILABLE');
    expect(inbox.taken).toHaveLength(1);
    expect(reasonOf(await user.challenge())).toBe('SMS_TOO_SOON');
    expect(await user.challenge({ 'idempotency-key': '"first"' })).toEqual(first);
    expect(inbox.taken).toHaveLength(1);
    // It may well have been sent: then its code is good.
    const code = /#(\d{6})/.exec(JSON.parse(inbox.taken[0] ?? '').body)?.[1] ?? '';
    const { challengeId } = metadataOf(first);
    expect(await user.call('checkOtpSms', { code, challengeId })).toMatchObject({ status: 200 });
  });

  it.each<[string, RequestListener]>([
    ['breaks the connection', (request) => request.socket.destroy()],
    ['answers 500', (_, response) => response.writeHead(500).end('{}')],
  ])('of AWS is not asked again when it %s', async (_, answer) => {
    const network = await startNetwork(answer);
    vi.stubEnv('AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2', network.url);
    const env = {
      ...PATIENT,
      SMS_INBOX_URL: '',
      SMS_ORIGINATION_IDENTITY: 'arn:aws:sms-voice:eu-central-1:123456789012:pool/1',
    };
    const user = await factorOf(issuer, env).enrolled();

    expect(reasonOf(await user.challenge())).toBe('SMS_UNAVAILABLE');
    expect(reasonOf(await user.challenge())).toBe('SMS_TOO_SOON');
    expect(network.taken).toHaveLength(1);
  });
});
