import { describe, expect, it } from 'vitest';
import { type Answer, inbox, startIssuer } from '../support/api.ts';
import { expectWhole } from '../support/partition.ts';
import { brief, codeFor, createApi, enrol, type Name, type Person, prove, skip, stopClock } from '../support/person.ts';

stopClock();
const { calls, person } = createApi(await startIssuer());

/** Two numbers of one user, and the code that was noted on the way. */
type Scene = { readonly me: Person; readonly a: string; readonly b: string; noted?: string };

type Act = (scene: Scene) => Promise<Answer | undefined>;
type Step = readonly [act: Act, answer?: string | object];

const call =
  (name: Name, body?: object): Act =>
  ({ me }) =>
    me.call(name, body);

const add = call('addOtpSms');
const remove = call('removeOtpSms');
const list = call('listAuthFactors');
const removePhone = call('removePhone');
const resend = call('resendPhoneVerification');
const setA: Act = ({ me, a }) => me.call('setPhone', { phone: a });
const setB: Act = ({ me, b }) => me.call('setPhone', { phone: b });
const verifyA: Act = ({ me, a }) => me.call('verifyPhone', { code: codeFor(a) });
const verifyNoted: Act = ({ me, noted }) => me.call('verifyPhone', { code: noted });

/** What is only prepared has no answer to look at. */
const quietly =
  (work: (scene: Scene) => unknown): Act =>
  async (scene) => {
    await work(scene);
    return undefined;
  };

const proveA = quietly(({ me, a }) => prove(me, a));
const enrolWithA = quietly(({ me }) => enrol(me));
const aMoment = quietly(() => skip(1));
const noteCode = quietly((scene) => {
  scene.noted = codeFor(scene.a);
});
const codesGoToA = quietly(async ({ me, a, b }) => {
  const before = [a, b].map((phone) => inbox.messages(phone).length);
  expect(brief(await me.call('challengeOtpSms'))).toBe('200');
  expect([a, b].map((phone) => inbox.messages(phone).length)).toEqual([(before[0] ?? 0) + 1, before[1]]);
  expect(brief(await me.call('checkOtpSms', { code: codeFor(a) }))).toBe('200');
});

const noHeaderAndABadBody =
  (name: Name): Act =>
  () =>
    calls[name]({ body: '{' });

const CASES: readonly (readonly [string, ...(readonly Step[])])[] = [
  ['add twice → 409', [proveA], [add, '200'], [add, '409/6 COMMAND-Ad3g2']],
  ['remove twice → 404', [enrolWithA], [remove, '200'], [remove, '404/5 COMMAND-Sr3h3']],
  ['remove then add → ok', [enrolWithA], [remove, '200'], [add, '200']],
  ['verified A, set B, add → ok and codes go to A', [proveA], [setB, '200'], [add, '200'], [codesGoToA]],
  ['factor on, set B → codes go to A', [enrolWithA], [setB, '200'], [codesGoToA]],
  ['factor on, remove phone, list → {}', [enrolWithA], [removePhone, '200'], [list, {}]],
  [
    'factor on, remove phone, then remove factor → 404',
    [enrolWithA],
    [removePhone, '200'],
    [remove, '404/5 COMMAND-Sr3h3'],
  ],
  [
    'factor on, remove phone, then add → the phone is missing',
    [enrolWithA],
    [removePhone, '200'],
    [add, '400/9 COMMAND-Q54j2'],
  ],
  ['verify twice → second 404', [setA, '200'], [noteCode], [verifyA, '200'], [verifyNoted, '404/5 COMMAND-Rsj8c']],
  [
    'resend then old code → 400, new code → 200',
    [setA, '200'],
    [noteCode],
    [aMoment],
    [resend, '200'],
    [verifyNoted, '400/3 COMMAND-sM0cs'],
    [verifyA, '200'],
  ],
  ['a removed number can be set again', [proveA], [removePhone, '200'], [aMoment], [setA, '200'], [verifyA, '200']],
  ['no header and a bad body → 401', [noHeaderAndABadBody('addOtpSms'), '401/16 AUTHORIZATION_MISSING']],
  ['no header and a bad body of a phone → 401', [noHeaderAndABadBody('setPhone'), '401/16 AUTHORIZATION_MISSING']],
];

describe("the cases of the reference's own tests", () => {
  for (const [name, ...steps] of CASES) {
    it(name, async () => {
      const [me, other] = [await person(), await person()];
      const scene: Scene = { me, a: me.phone, b: other.phone };
      for (const [act, expected] of steps) {
        const answer = await act(scene);
        if (typeof expected === 'string') expect(answer && brief(answer)).toBe(expected);
        else expect(answer?.body).toEqual(expected);
      }
      await expectWhole(me.sub);
    });
  }
});
