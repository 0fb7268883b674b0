import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { freePort, LOOPBACK } from '../../infra/local/ports.ts';
import { type Answer, startIssuer } from '../support/api.ts';
import { comeBack, passSeconds } from '../support/clock.ts';
import { keepsSilent, resets, says, startFakeAws } from '../support/fakeAws.ts';
import { expectWhole } from '../support/partition.ts';
import { codesTo, enrol, newNumber, type Person, peopleOf } from '../support/people.ts';

const PARALLEL = 50;
const WIDE = { SMS_BUDGET_USER: '100', SMS_BUDGET_NUMBER: '1000', SMS_BUDGET_LOGIN_NUMBER: '1000' };

const issuer = await startIssuer();
const person = peopleOf(issuer, WIDE);
const network = await startFakeAws('AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2');
afterEach(comeBack);

const times = (call: (index: number) => Promise<Answer>) =>
  Promise.all(Array.from({ length: PARALLEL }, (_, index) => call(index)));

const tally = (answers: readonly Answer[]) =>
  Object.fromEntries([...Map.groupBy(answers, ({ status }) => status)].map(([status, all]) => [status, all.length]));

const sent = async ({ sub }: Person) => (await expectWhole(sub)).filter(({ type }) => /code\.added$/.test(type)).length;

const enrolled = async () => enrol(await person());

describe('50 requests at the same time send one message', () => {
  it('to set a phone', async () => {
    const user = await person();

    const answers = await times(() => user.set());

    // The number is the user's as soon as one is through; whoever comes after that sets what is set.
    expect(tally(answers)).toEqual({ 200: 1, 400: PARALLEL - 1 });
    expect(codesTo(user.phone)).toHaveLength(1);
    expect(await sent(user)).toBe(1);
    expect((await user.verify()).status).toBe(200);
  });

  it('to set different phones', async () => {
    const user = await peopleOf(issuer, { RESEND_WAIT_SECONDS: '60' })();
    const numbers = Array.from({ length: PARALLEL }, newNumber);

    const answers = await times((index) => user.call('set', { phone: numbers[index] }));

    expect(tally(answers)).toEqual({ 200: 1, 429: PARALLEL - 1 });
    const codes = numbers.flatMap(codesTo);
    expect(codes).toHaveLength(1);
    expect(await sent(user)).toBe(1);
    expect((await user.verify(codes[0])).status).toBe(200);
  });

  it('to ask for another code, once in each window', async () => {
    const user = await person();
    await user.set();
    for (const [window, wait] of [1, 2].entries()) {
      passSeconds(wait);
      const answers = await times(() => user.resend());

      expect(tally(answers)).toEqual({ 200: 1, 429: PARALLEL - 1 });
      expect(codesTo(user.phone)).toHaveLength(window + 2);
    }
    expect(await sent(user)).toBe(3);
    expect((await user.verify()).status).toBe(200);
  });

  it('to sign in', async () => {
    const user = await enrolled();

    const answers = await times(() => user.challenge());

    expect(tally(answers)).toEqual({ 200: 1, 429: PARALLEL - 1 });
    expect(codesTo(user.phone)).toHaveLength(2);
    expect((await user.check()).status).toBe(200);
  });

  it('under one Idempotency-Key, with one answer', async () => {
    const user = await person();
    const headers = { 'idempotency-key': randomUUID() };

    const answers = await times(() => user.set({ headers }));

    expect(tally(answers)).toEqual({ 200: PARALLEL });
    for (const { body } of answers) expect(body).toEqual(answers[0]?.body);
    expect(codesTo(user.phone)).toHaveLength(1);
  });
});

describe('a message of which nobody knows is not sent again', () => {
  const overAws = peopleOf(issuer, {
    SMS_INBOX_URL: '',
    SMS_ORIGINATION_IDENTITY: 'arn:aws:sms-voice:eu-central-1:123456789012:pool/1',
    RESEND_WAIT_SECONDS: '30',
  });

  it.each([
    ['was never answered', keepsSilent],
    ['was cut off', resets],
    ['failed', says(500, '')],
  ])('when it %s', async (_, how) => {
    network.answer(how);
    const user = await overAws();

    const answer = await user.set();

    expect(answer).toMatchObject({ status: 503, body: { details: [{ reason: 'SMS_UNAVAILABLE' }, {}] } });
    expect(network.requests).toHaveLength(1);
    expect(await sent(user)).toBe(1);
    // It may have arrived: its code is good, and the next one waits its turn.
    const code = /^\d+/.exec(String(network.requests[0]?.input.MessageBody))?.[0];
    expect((await user.resend()).status).toBe(429);
    expect((await user.call('set', { phone: newNumber() })).status).toBe(429);
    expect(network.requests).toHaveLength(1);
    expect((await user.verify(code)).status).toBe(200);
  });
});

it('a message is claimed before it is sent', async () => {
  const seen: string[][] = [];
  const user = await person();
  const port = await freePort();
  const server = createServer(async (_, response) => {
    seen.push((await expectWhole(user.sub)).map(({ type }) => type));
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(port, LOOPBACK, resolve));
  afterAll(() => server.close());
  const looking = peopleOf(issuer, { SMS_INBOX_URL: `http://${LOOPBACK}:${port}` });

  expect((await (await looking(user.phone, user.sub)).set()).status).toBe(200);

  expect(seen).toEqual([['user.human.phone.changed', 'user.human.phone.code.added']]);
});
