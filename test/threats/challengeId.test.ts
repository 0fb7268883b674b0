import { describe, expect, it } from 'vitest';
import { hashChallengeId } from '../../lib/codes/nonce.ts';
import { accept } from '../../lib/domain/decision.ts';
import { createDocumentClient } from '../../lib/storage/client.ts';
import { createUserStore } from '../../lib/storage/userStore.ts';
import { startIssuer } from '../support/api.ts';
import { SOME_CHALLENGE } from '../support/challengeIds.ts';
import { later } from '../support/clock.ts';
import { fromSetup } from '../support/environment.ts';
import { type FactorUser, factorOf, judged, metadataOf, otherThan, reasonOf, somePhone } from '../support/factor.ts';
import { at, when } from '../support/given.ts';
import { itemsOf } from '../support/partition.ts';

const factor = factorOf(await startIssuer(), { RESEND_WAIT_SECONDS: '30' });

type Challenge = { readonly challengeId: string; readonly purpose: string };

/** Somebody with a code at hand, and the id of the challenge, which only this session has. */
const challenged = async (input: object = {}) => {
  const user = await factor.enrolled();
  const { body } = await user.call('challengeOtpSms', input);
  return { user, challenge: body.challenge as Challenge };
};

const check = (user: FactorUser, challengeId: unknown, code = user.code()) =>
  user.call('checkOtpSms', { code, challengeId });

describe('a code that was overheard', () => {
  it('is worthless in another session of the same user, and costs the user nothing', async () => {
    const { user, challenge } = await challenged();
    const thief = await factor.caller(user.sub, user.phone);
    const before = await itemsOf(user.sub);

    for (const challengeId of [SOME_CHALLENGE, 'x', challenge.challengeId.slice(0, -1), `${challenge.challengeId}A`]) {
      for (const code of [user.code(), otherThan(user.code())]) {
        const answer = await check(thief, challengeId, code);
        expect(answer).toMatchObject({ status: 400, body: { code: 9, details: [{ id: 'COMMAND-S34gh' }, {}] } });
        expect([reasonOf(answer), metadataOf(answer)]).toEqual(['CHALLENGE_UNKNOWN', {}]);
      }
    }

    expect(await itemsOf(user.sub)).toEqual(before);
    expect(await check(user, challenge.challengeId)).toMatchObject({ status: 200 });
  });

  it.each([[undefined], [''], [null], [1], [['a']], ['x'.repeat(201)]])(
    'is not even looked at with the id %j',
    async (challengeId) => {
      const { user } = await challenged();
      const body = JSON.stringify({ code: user.code(), ...(challengeId !== undefined && { challengeId }) });

      // With a blank before it, the body is passed on as it is.
      const answer = await factor.api.checkOtpSms({ headers: user.headers, body: ` ${body}` });

      expect([reasonOf(answer), metadataOf(answer)]).toEqual(['FIELD_INVALID', { field: 'challengeId' }]);
      expect(await judged(user)).toEqual({ failed: 0, succeeded: 0 });
    },
  );

  it('of the challenge before is void, and so is its id', async () => {
    const { user, challenge } = await challenged();
    const former = user.code();
    later(30);
    const { body } = await user.challenge();
    const { challengeId } = body.challenge as Challenge;

    expect(reasonOf(await check(user, challenge.challengeId, former))).toBe('CHALLENGE_UNKNOWN');
    expect(reasonOf(await check(user, challenge.challengeId))).toBe('CHALLENGE_UNKNOWN');
    expect(await judged(user)).toEqual({ failed: 0, succeeded: 0 });
    expect(await check(user, challengeId)).toMatchObject({ status: 200 });
  });
});

it('the table itself takes no judgement of a code under another id', async () => {
  const { user, challenge } = await challenged();
  const store = createUserStore(createDocumentClient(), fromSetup('TABLE_NAME'));
  const judge = async (challengeId: string) => {
    const unlogged = { challengeHash: hashChallengeId(challengeId) };
    const type = 'user.human.mfa.otp.sms.check.succeeded';
    const decide = () => accept({ type, unlogged });
    return store.commit(user.sub, when(await store.load(user.sub), decide, undefined, at(0, { now: new Date() })), []);
  };

  expect(await judge(SOME_CHALLENGE)).toMatchObject({ committed: false });
  expect(await judge('')).toMatchObject({ committed: false });
  expect(await judge(challenge.challengeId)).toEqual({ committed: true });
});

describe('the id', () => {
  it('is not in the table, and in no refusal', async () => {
    const { user, challenge } = await challenged();
    const refusals = [await user.challenge(), await check(user, SOME_CHALLENGE), await check(user, 'x')];
    const stored = JSON.stringify([await itemsOf(user.sub), refusals]);

    expect(reasonOf(refusals[0] as never)).toBe('SMS_TOO_SOON');
    expect(metadataOf(refusals[0] as never)).toEqual({ resendAt: expect.any(String), expiresAt: expect.any(String) });
    expect(stored).not.toContain(challenge.challengeId);
    expect(stored).not.toContain(Buffer.from(challenge.challengeId, 'base64url').toString('base64').slice(0, 20));
  });

  it('has 128 bits, each time others', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, async () => (await challenged()).challenge.challengeId));
    expect(new Set(ids).size).toBe(20);
    for (const id of ids) expect(Buffer.from(id, 'base64url')).toHaveLength(16);
  });
});

describe('a page that was loaded again', () => {
  it('gets its challenge again by the id: nothing is sent, nothing is recorded, nothing is lost', async () => {
    const { user, challenge } = await challenged({ purpose: 'PURPOSE_STEP_UP' });
    await check(user, challenge.challengeId, otherThan(user.code()));
    const before = await itemsOf(user.sub);

    const again = await user.call('challengeOtpSms', { challengeId: challenge.challengeId });

    expect(again).toMatchObject({ status: 200, body: { details: { sequence: '6' } } });
    expect(again.body.challenge).toEqual({
      ...challenge,
      attemptsRemaining: 4,
      // A wrong code puts the next message off.
      resendAt: expect.any(String),
    });
    expect(user.messages()).toBe(1);
    expect(await itemsOf(user.sub)).toEqual(before);
    expect(await check(user, challenge.challengeId)).toMatchObject({ status: 200 });
  });

  it.each<[string, string, (user: FactorUser, id: string) => Promise<unknown>]>([
    ['is unknown', 'CHALLENGE_UNKNOWN', async () => {}],
    ['was checked', 'CHALLENGE_UNKNOWN', check],
    ['has expired', 'CHALLENGE_UNKNOWN', async () => later(300)],
    [
      'was guessed at too often',
      'CHALLENGE_UNKNOWN',
      async (user, id) => {
        for (let guess = 1; guess <= 5; guess++) await check(user, id, otherThan(user.code(), guess));
      },
    ],
    ['has moved', 'CHALLENGE_UNKNOWN', async (user) => later(60) ?? user.moveTo(somePhone())],
    ['went with the factor', 'OTP_SMS_NOT_CHALLENGEABLE', (user) => user.call('removeOtpSms')],
  ])('gets none that %s', async (what, reason, spoil) => {
    const { user, challenge } = await challenged();
    const { challengeId } = challenge;
    await spoil(user, challengeId);
    const before = await itemsOf(user.sub);

    const id = what === 'is unknown' ? SOME_CHALLENGE : challengeId;
    expect(reasonOf(await user.call('challengeOtpSms', { challengeId: id }))).toBe(reason);

    expect(user.messages()).toBe(1);
    expect(await itemsOf(user.sub)).toEqual(before);
  });

  it("gets nobody else's by the id", async () => {
    const { challenge } = await challenged();
    const { user: stranger } = await challenged();
    const { challengeId } = challenge;

    expect(reasonOf(await stranger.call('challengeOtpSms', { challengeId }))).toBe('CHALLENGE_UNKNOWN');
    expect(reasonOf(await check(stranger, challengeId))).toBe('CHALLENGE_UNKNOWN');
    expect(await judged(stranger)).toEqual({ failed: 0, succeeded: 0 });
  });
});

describe('what a code is for', () => {
  it.each([
    [{}, 'PURPOSE_LOGIN', /to sign in/],
    [{ purpose: 'PURPOSE_UNSPECIFIED' }, 'PURPOSE_LOGIN', /to sign in/],
    [{ purpose: 1 }, 'PURPOSE_LOGIN', /to sign in/],
    [{ purpose: 'PURPOSE_STEP_UP' }, 'PURPOSE_STEP_UP', /to change your security settings/],
    [{ purpose: 2 }, 'PURPOSE_STEP_UP', /to change your security settings/],
  ])('%j is said by the answer and by the message', async (input, purpose, text) => {
    const { user, challenge } = await challenged(input);
    expect(challenge.purpose).toBe(purpose);
    expect(user.message()).toMatch(text);
    expect(await check(user, challenge.challengeId)).toMatchObject({ status: 200 });
  });

  it.each([['LOGIN'], ['purpose_login'], [3], [-1], [1.5], ['1'], [true], [[1]], [{}]])(
    '%j is none',
    async (purpose) => {
      const { user } = await challenged();
      const answer = await user.call('challengeOtpSms', { purpose });
      expect([reasonOf(answer), metadataOf(answer)]).toEqual(['FIELD_INVALID', { field: 'purpose' }]);
    },
  );

  it('gives no second code, no fresh tries and no earlier message for another purpose', async () => {
    const { user, challenge } = await challenged();
    const former = user.code();
    await check(user, challenge.challengeId, otherThan(former));
    expect(reasonOf(await user.call('challengeOtpSms', { purpose: 'PURPOSE_STEP_UP' }))).toBe('SMS_TOO_SOON');
    later(60);

    const { body } = await user.call('challengeOtpSms', { purpose: 'PURPOSE_STEP_UP' });

    expect(reasonOf(await check(user, challenge.challengeId, former))).toBe('CHALLENGE_UNKNOWN');
    expect((await itemsOf(user.sub)).filter(({ sk }) => sk === 'STATE#CODE#OTP_SMS')).toHaveLength(1);
    const root = (await itemsOf(user.sub)).find(({ sk }) => sk === 'STATE#USER');
    expect(root).toMatchObject({ otpSmsFailedAttempts: { failures: 1 }, otpSmsResendBackoff: { sends: 2 } });
    expect(await check(user, (body.challenge as Challenge).challengeId)).toMatchObject({ status: 200 });
  });
});
