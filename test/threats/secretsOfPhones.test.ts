import { randomBytes, randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Answer, bearer, startIssuer } from '../support/api.ts';
import { comeBack, passSeconds } from '../support/clock.ts';
import { type AwsAnswer, type AwsRequest, done, fails, resets, says, startFakeAws } from '../support/fakeAws.ts';
import { startFakeKms } from '../support/fakeKms.ts';
import { newNumber, type Person, peopleOf } from '../support/people.ts';

const network = await startFakeAws('AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2');
const kms = await startFakeKms(randomBytes(32));
const issuer = await startIssuer();
const AWS = {
  CODE_KEY: '',
  CODE_KEY_ID: 'arn:aws:kms:eu-central-1:123456789012:key/1',
  SMS_INBOX_URL: '',
  SMS_ORIGINATION_IDENTITY: 'arn:aws:sms-voice:eu-central-1:123456789012:pool/1',
};
/** With nothing that a start tells. */
const QUIET = { ...AWS, STEP_UP: 'required', STEP_UP_AMR_VALUES: 'mfa' };
const person = peopleOf(issuer, AWS);
const KEY = randomUUID();
const GUESS = '314159';

let written: string[] = [];
beforeEach(() => {
  network.answer(done({ MessageId: 'id' }));
  written = [];
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      written.push(String(text));
      return true;
    });
  }
});
afterEach(() => {
  vi.restoreAllMocks();
  comeBack();
});

const messages = () => network.requests.map(({ input }) => String(input.MessageBody));
const codes = () => messages().map((body) => /^\d+/.exec(body)?.[0] ?? 'none');

/** Asserts that neither a code nor a number nor a message is in what was answered or written. */
const expectNothingTold = ({ headers, body }: Answer, { phone, token }: Person, ...others: readonly string[]) => {
  const numbers = [phone, ...others];
  const logged = written.join('');
  expect(logged).toMatch(/^(\{"level":.*\}\n\{.*"_aws":.*\}\n)+$/);
  const text = `${logged}${JSON.stringify(headers)}${JSON.stringify(body)}`;
  const secrets = [...numbers, ...numbers.map((number) => number.slice(3)), ...messages(), ...token.split('.'), KEY];
  const encoded = [...secrets, ...codes(), GUESS].map((each) =>
    Buffer.from(each).toString('base64').replace(/.?=*$/, ''),
  );
  for (const secret of [...secrets, ...encoded]) expect(text).not.toContain(secret);
  for (const code of [...codes(), GUESS]) expect(text.match(/\d+/g)).not.toContain(code);
};

const tell = async (user: Person, call: Promise<Answer>, status: number, ...others: string[]) => {
  const answer = await call;
  expect(answer.status).toBe(status);
  expectNothingTold(answer, user, ...others);
  return answer;
};

describe('what is told of a phone and its codes', () => {
  it('is nothing, in the whole life of a phone and a factor', async () => {
    const user = await person();
    const other = newNumber();
    const latest = () => codes().at(-1);
    const headers = { 'idempotency-key': KEY };

    await tell(user, user.set({ headers }), 200);
    await tell(user, user.set({ headers }), 200);
    await tell(user, user.call('set', { phone: other }, { headers }), 422, other);
    await tell(user, user.set(), 400);
    await tell(user, user.call('set', { phone: `${other}x` }), 400, other);
    await tell(user, user.call('set', { phone: other }), 429, other);
    await tell(user, user.resend(), 429);
    await tell(user, user.verify(GUESS), 400);
    await tell(user, user.verify([latest()]), 400);
    passSeconds(3);
    await tell(user, user.resend(), 200);
    await tell(user, user.verify(latest()), 200);
    await tell(user, user.verify(latest()), 404);
    await tell(user, user.resend(), 400);
    await tell(user, user.call('add'), 200);
    await tell(user, user.call('list'), 200);
    await tell(user, user.challenge(), 200);
    await tell(user, user.challenge(), 429);
    await tell(user, user.check(GUESS), 400);
    await tell(user, user.check(latest()), 200);
    await tell(user, user.check(latest()), 400);

    const shown = await user.call('get');
    expect(shown.body).toMatchObject({ phone: { phone: user.phone } });
    expectNothingTold({ ...shown, body: {} }, user);

    await tell(user, user.call('remove'), 200);
    await tell(user, user.call('remove'), 404);
    await tell(user, user.call('drop'), 404);
  });

  it('is the last two digits of the number in a challenge', async () => {
    const user = await person();
    await user.set();
    await user.verify(codes()[0]);
    await user.call('add');
    const { body } = await user.challenge();
    expect(body.challenge).toMatchObject({ maskedPhone: `+49*********${user.phone.slice(-2)}` });
  });
});

/** All that a service was told, as a stack that stands in an error's text. */
const quote = ({ input }: AwsRequest): string => {
  const text = JSON.stringify([input, Buffer.from(String(input.Message), 'base64').toString()]);
  return `${text}\n    at ${text}`;
};

const quoting =
  (status: number, type: string, members: object = {}): AwsAnswer =>
  (request, ...rest) => {
    const message = quote(request);
    const Fields = [{ Name: 'OriginationIdentity', Message: message }];
    fails(status, type, { message, Message: message, Fields, ...members })(request, ...rest);
  };

const echoing: AwsAnswer = (request, ...rest) => says(200, quote(request))(request, ...rest);

describe('what is told when the network', () => {
  it.each<[string, AwsAnswer, number]>([
    ['blocks the country', quoting(400, 'ConflictException', { Reason: 'DESTINATION_COUNTRY_BLOCKED' }), 400],
    ['knows an opt-out', quoting(400, 'ConflictException', { Reason: 'DESTINATION_PHONE_NUMBER_OPTED_OUT' }), 400],
    [
      'takes no more',
      quoting(400, 'ServiceQuotaExceededException', { Reason: 'MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT' }),
      503,
    ],
    ['finds a mistake', quoting(400, 'ValidationException', { Reason: 'INVALID_PARAMETER' }), 500],
    ['denies', quoting(400, 'AccessDeniedException'), 500],
    ['fails', quoting(500, 'InternalServerException'), 503],
    ['throttles', quoting(400, 'ThrottlingException'), 503],
    ['says what nobody knows', quoting(400, 'SomethingNewException'), 500],
    ['sends no JSON', echoing, 503],
    ['breaks off', resets, 503],
  ])('%s', async (_, how, status) => {
    const user = await person();
    network.answer(how);

    await tell(user, user.set({ headers: { 'idempotency-key': KEY } }), status);

    // Where it throttles, the same code is offered again.
    const offers = codes();
    expect(new Set(offers).size).toBe(1);
    await tell(user, user.set({ headers: { 'idempotency-key': KEY } }), status);
    expect(codes()).toEqual(offers);
  });
});

describe('what is told when the key for codes', () => {
  it.each<[string, AwsAnswer, number]>([
    ['is denied', quoting(400, 'AccessDeniedException'), 500],
    ['is throttled', quoting(400, 'ThrottlingException'), 503],
    ['gives no JSON', echoing, 500],
    ['breaks off', resets, 503],
  ])('%s', async (_, how, status) => {
    const user = await person();
    await user.set();
    kms.spoil(user.sub, how);

    await tell(user, user.verify(codes()[0]), status);
    await tell(user, user.verify(GUESS), status);
  });
});

describe('what is told when a budget or a country refuses', () => {
  it.each([
    [{ SMS_BUDGET_NUMBER: '1' }, 429],
    [{ SMS_COUNTRIES: 'CH' }, 400],
  ])('%j', async (env, status) => {
    const phone = newNumber();
    if (status === 429) await (await peopleOf(issuer, { ...QUIET, ...env })(phone)).set();
    const user = await peopleOf(issuer, { ...QUIET, ...env })(phone);

    await tell(user, user.set(), status);
  });

  it('a token that is none, beside a number and a code', async () => {
    const user = await person();
    const headers = bearer(`${GUESS}.${user.phone.slice(1)}.x`);

    await tell(user, user.set({ headers }), 401);
    await tell(user, user.call('verify', { code: GUESS }, { headers }), 401);
  });
});
