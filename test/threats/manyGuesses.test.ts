import { afterAll, describe, expect, it } from 'vitest';
import { callFunctionsAt, startIssuer } from '../support/api.ts';
import { later } from '../support/clock.ts';
import { codeTo, type FactorUser, factorOf, judged, otherThan, reasonOf, somePhone } from '../support/factor.ts';
import { fails } from '../support/fakeAws.ts';
import { startFakeKeys } from '../support/fakeKeys.ts';
import { cancelled, pass, startFaultyEngine } from '../support/faultyEngine.ts';
import { expectWhole } from '../support/partition.ts';
import { tally, times } from '../support/times.ts';

const issuer = await startIssuer();
const engine = await startFaultyEngine();
afterAll(() => engine.shut());
callFunctionsAt(engine.endpoint);
const keys = await startFakeKeys();
const factor = factorOf(issuer, keys.settings);

const KEY = { 'idempotency-key': '"one key for all guesses"' };

const claimsOf = (proof: unknown): Readonly<Record<string, unknown>> =>
  JSON.parse(Buffer.from(String(proof).split('.')[1] ?? '', 'base64url').toString());

/** Somebody who waits to prove another number, and to sign in. */
const waiting = async () => {
  const user = await factor.challenged();
  const other = somePhone();
  expect(await user.call('setPhone', { phone: other })).toMatchObject({ status: 200 });
  return { user, other };
};

describe('many guesses at once under one Idempotency-Key', () => {
  it('60 of them, the right one among them: one is judged, and no other answer has to do with the code', async () => {
    const user = await factor.challenged();
    const code = user.code();

    const answers = await times(60, (index) => user.check(otherThan(code, index), KEY));

    const { OK = 0, OTP_SMS_CODE_WRONG = 0, ...others } = tally(answers.map(reasonOf));
    expect(['IDEMPOTENCY_KEY_REUSED', 'CONCURRENT_CHANGE', 'STORAGE_UNAVAILABLE']).toEqual(
      expect.arrayContaining(Object.keys(others)),
    );
    const { failed, succeeded } = await judged(user);
    expect(failed + succeeded).toBe(1);
    expect(OK + OTP_SMS_CODE_WRONG).toBeLessThanOrEqual(1);
    expect(keys.signatures(user.sub)).toBeLessThanOrEqual(succeeded);
    await expectWhole(user.sub);
  });

  it('one after the other: the right one is told as little as a wrong one, and takes no more', async () => {
    const user = await factor.challenged();
    const code = user.code();
    expect(reasonOf(await user.check(otherThan(code), KEY))).toBe('OTP_SMS_CODE_WRONG');

    const right = await user.check(code, KEY);
    const wrong = await user.check(otherThan(code, 2), KEY);

    expect(right).toMatchObject({ status: 422, body: { code: 3 } });
    expect(right).toEqual(wrong);
    expect(await judged(user)).toEqual({ failed: 1, succeeded: 0 });
    expect(keys.signatures(user.sub)).toBe(0);
  });
});

describe('before a guess is recorded', () => {
  it('nothing is signed: the right one that never gets its turn is not told from a wrong one', async () => {
    const user = await factor.challenged();
    const code = user.code();
    const answers = [];
    for (const guess of [code, otherThan(code)]) {
      engine.spoil(user.sub, 'TransactWriteItems', cancelled('TransactionConflict'), 10);
      answers.push(await user.check(guess));
    }

    expect(answers[0]).toMatchObject({ status: 409, body: { code: 10 } });
    expect(answers[0]).toEqual(answers[1]);
    expect(keys.signatures(user.sub)).toBe(0);
    expect(await judged(user)).toEqual({ failed: 0, succeeded: 0 });
  });

  it.each<[string, (user: FactorUser, guess: string) => Promise<unknown>, (user: FactorUser, other: string) => string]>(
    [
      ['a login code', (user, guess) => user.check(guess), (user) => user.code()],
      ['a verification code', (user, code) => user.call('verifyPhone', { code }), (_, other) => codeTo(other)],
    ],
  )(
    '%s takes one MAC and as many writes, right or wrong, also when another write comes first',
    async (_, guess, codeOf) => {
      const costs = [];
      for (const shift of [0, 1]) {
        const { user, other } = await waiting();
        const [macs, transactions] = [keys.macs(user.sub), engine.transactions(user.sub).length];
        engine.spoil(user.sub, 'TransactWriteItems', cancelled('TransactionConflict'), 2);

        await guess(user, otherThan(codeOf(user, other), shift));

        const sizes = engine.transactions(user.sub).map(({ length }) => length);
        costs.push({ macs: keys.macs(user.sub) - macs, sizes: sizes.slice(transactions) });
      }

      expect(costs[0]).toEqual(costs[1]);
      expect(costs[0]).toMatchObject({ macs: 1, sizes: [costs[0]?.sizes[0], costs[0]?.sizes[0], costs[0]?.sizes[0]] });
    },
  );

  it('one that nothing is pending for takes the same MAC', async () => {
    const user = await factor.enrolled();
    for (const call of ['checkOtpSms', 'verifyPhone'] as const) {
      const macs = keys.macs(user.sub);
      expect(reasonOf(await user.call(call, { code: '123456' }))).toMatch(/CODE_NOT_PENDING$/);
      expect(keys.macs(user.sub) - macs).toBe(1);
    }
  });

  it.each(['checkOtpSms', 'challengeOtpSms'] as const)(
    '%s: the MAC is asked for beside the query, and so is what was kept',
    async (name) => {
      const user = await factor.enrolled();
      if (name === 'checkOtpSms') await user.challenge();
      const input = name === 'checkOtpSms' ? { code: user.code() } : {};
      const fresh = await factorOf(issuer, keys.settings).caller(user.sub, user.phone);
      const before = keys.macs(user.sub);
      const { promise: kept, resolve } = Promise.withResolvers<void>();
      engine.spoil(user.sub, 'GetItem', async (attempt) => {
        resolve();
        await pass(attempt);
      });
      engine.spoil(user.sub, 'Query', async (attempt) => {
        await kept;
        await keys.macsReach(user.sub, before + 1);
        await pass(attempt);
      });

      expect(await fresh.call(name, input, KEY)).toMatchObject({ status: 200 });
    },
  );
});

describe('a proof', () => {
  it('that cannot be signed is told as such, and the user may ask for another code at once', async () => {
    const slow = factorOf(issuer, { ...keys.settings, RESEND_WAIT_SECONDS: '30' });
    const user = await slow.challenged();
    keys.spoilSignatures(fails(400, 'ThrottlingException'));

    const answer = await user.check(user.code());

    keys.spoilSignatures();
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' }, body: { code: 14 } });
    expect(reasonOf(answer)).toBe('PROOF_KEY_UNAVAILABLE');
    expect(await judged(user)).toEqual({ failed: 0, succeeded: 1 });
    expect(await user.challenge()).toMatchObject({ status: 200 });
  });

  it('is signed when the check is repeated under its key: the same claims, however often', async () => {
    later(0);
    const user = await factor.challenged();
    const code = user.code();
    keys.spoilSignatures(fails(400, 'ThrottlingException'));
    expect(reasonOf(await user.check(code, KEY))).toBe('PROOF_KEY_UNAVAILABLE');
    keys.spoilSignatures();
    later(119);

    const again = [await user.check(code, KEY), await user.check(code, KEY)];

    expect(again.map(({ status }) => status)).toEqual([200, 200]);
    expect(claimsOf(again[0]?.body.proof)).toEqual(claimsOf(again[1]?.body.proof));
    expect(claimsOf(again[0]?.body.proof)).toMatchObject({ sub: user.sub, jti: expect.any(String) });
    expect(await judged(user)).toEqual({ failed: 0, succeeded: 1 });
  });
});
