import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { type Answer, configFor, someone, startIssuer, users } from '../support/api.ts';
import { type Fault, pass, startFaultyEngine } from '../support/faultyEngine.ts';
import { expectWhole } from '../support/partition.ts';
import { brief, createApi, type Person, somePhone } from '../support/person.ts';
import { createPreparation, KNOWN_CODE } from '../support/prepared.ts';

const issuer = await startIssuer();
const engine = await startFaultyEngine();
afterAll(() => engine.shut());
// Longer than a test: what is asked for too soon does not depend on how fast the machine is.
const env = { RESEND_WAIT_SECONDS: '60' };
const prepare = createPreparation(configFor(issuer, env));
// A client finds its endpoint at its first call: those of the test's own are the engine's, the functions' the proxy's.
await Promise.all([users.events(someone()), prepare({ sub: someone(), phone: somePhone() }, somePhone(), true)]);
process.env.AWS_ENDPOINT_URL_DYNAMODB = engine.endpoint;
const { person } = createApi(issuer, env);

type Write = (me: Person) => Promise<Answer>;

const WRITES: Readonly<Record<string, Write>> = {
  'set another phone': (me) => me.call('setPhone', { phone: somePhone() }),
  'verify the phone': (me) => me.call('verifyPhone', { code: KNOWN_CODE }),
  'verify it wrongly': (me) => me.call('verifyPhone', { code: '000000' }),
  'resend the code': (me) => me.call('resendPhoneVerification'),
  'remove the phone': (me) => me.call('removePhone'),
  'add the factor': (me) => me.call('addOtpSms'),
  'remove the factor': (me) => me.call('removeOtpSms'),
  'challenge it': (me) => me.call('challengeOtpSms'),
  'check the code': (me) => me.call('checkOtpSms', { code: KNOWN_CODE }),
  'check it wrongly': (me) => me.call('checkOtpSms', { code: '000000' }),
};

const NAMES = Object.keys(WRITES);

/** Without the factor these are refused whatever comes before them, but for what adds it. */
const OF_THE_FACTOR = ['challenge it', 'check the code', 'check it wrongly'];

/** What two writes came to: their answers, and the types of their events in the order of the log. */
type Result = { readonly answers: readonly [first: string, second: string]; readonly events: readonly string[] };

/** Two writes by their place, since they may be the same one twice. */
type Pair = readonly [first: string, second: string];

const write = (name: string, me: Person): Promise<Answer> => (WRITES[name] as Write)(me);

/** Prepares a user, has two writes done, and asserts that the log is whole and in the order of time. */
const played = async (
  withFactor: boolean,
  play: (me: Person) => Promise<readonly [first: Answer, second: Answer]>,
): Promise<Result> => {
  const me = await person();
  await prepare(me, somePhone(), withFactor);
  const before = withFactor ? 6 : 4;
  const [first, second] = await play(me);
  const log = await expectWhole(me.sub);
  const times = log.map(({ createdAt }) => createdAt);
  expect(times).toEqual(times.toSorted());
  const events = log.slice(before).map(({ type }) => type.replace('user.human.', ''));
  return { answers: [brief(first), brief(second)], events };
};

const inTurn = async ([first, second]: Pair, withFactor: boolean) =>
  played(withFactor, async (me) => [await write(first, me), await write(second, me)]);

/** Both have read the user before either writes: the one that writes second has lost a race. */
const atOnce = ([first, second]: Pair, withFactor: boolean) =>
  played(withFactor, (me) => {
    engine.spoil(me.sub, 'Query', together(2), 2);
    return Promise.all([write(first, me), write(second, me)]);
  });

const swapped = ({ answers: [first, second], events }: Result): Result => ({ answers: [second, first], events });

/** The engine's answers are let go when so many of them are there. */
const together = (count: number): Fault => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let here = 0;
  return async (attempt) => {
    const reply = await attempt.apply();
    here += 1;
    if (here === count) resolve();
    await promise;
    await attempt.answer(reply);
  };
};

describe.each([
  ['with a verified phone and another number that waits', false],
  ['with the factor, a login code, and another number that waits', true],
])('two writes at once of a user %s come to what one after the other would', (_, withFactor) => {
  const names = NAMES.filter((name) => withFactor || !OF_THE_FACTOR.includes(name));
  const pairs = names.flatMap((first, index) => names.slice(index).map((second): Pair => [first, second]));

  it.concurrent.each(pairs)('%s, %s', async (first, second) => {
    const [one, other, race] = await Promise.all([
      inTurn([first, second], withFactor),
      inTurn([second, first], withFactor),
      atOnce([first, second], withFactor),
    ]);

    expect([one, swapped(other)]).toContainEqual(race);
  });
});

describe('the log', () => {
  it('is in the order of time, also when one was asked first and decided last', async () => {
    const me = await person();
    await prepare(me, somePhone(), false);
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    engine.spoil(me.sub, 'Query', async (attempt) => {
      await released;
      await pass(attempt);
    });

    const slow = me.call('addOtpSms');
    await sleep(20);
    await me.call('verifyPhone', { code: KNOWN_CODE });
    release();
    await slow;

    const log = (await expectWhole(me.sub)).slice(4);
    expect(log.map(({ type }) => type)).toEqual(['user.human.phone.verified', 'user.human.mfa.otp.sms.added']);
    const times = log.map(({ createdAt }) => createdAt);
    expect(times).toEqual(times.toSorted());
  });
});

describe('a phone that the identity provider has verified', () => {
  it('gives way to one that is set before it is taken over', async () => {
    const phone = somePhone();
    const other = await person();
    const claims = { phone_number: phone, phone_number_verified: true };
    const me = await createApi(issuer, { TRUST_PHONE_CLAIMS: 'true' }).person({ sub: other.sub, claims });
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const { promise: held, resolve: hold } = Promise.withResolvers<void>();
    engine.spoil(me.sub, 'TransactWriteItems', async (attempt) => {
      hold();
      await released;
      await pass(attempt);
    });

    const slow = me.call('getPhone');
    await held;
    expect(brief(await other.call('setPhone', { phone: other.phone }))).toBe('200');
    release();

    expect((await slow).body).toMatchObject({ details: { sequence: '2' }, phone: { phone: other.phone } });
    expect(await expectWhole(me.sub)).toHaveLength(2);
  });
});
