import { describe, expect, it } from 'vitest';
import { startIssuer } from '../support/api.ts';
import { later } from '../support/clock.ts';
import { codeTo, type FactorUser, factorOf, otherThan, reasonOf, somePhone } from '../support/factor.ts';
import { tally, times } from '../support/times.ts';

const factor = factorOf(await startIssuer());

const DAY = 86_400;

/** Somebody who waits to prove a number, whoever else does. */
const waiting = async (phone: string): Promise<FactorUser> => {
  const user = await factor.caller();
  expect(await user.call('setPhone', { phone })).toMatchObject({ status: 200 });
  return user;
};

const verify = (user: FactorUser, phone: string, shift = 0) =>
  user.call('verifyPhone', { code: otherThan(codeTo(phone), shift) });

/** Wrong codes of a number, by as many users as it takes. */
const guessWrongly = async (phone: string, count: number) => {
  for (let guesses = 0; guesses < count; guesses += 5) {
    const user = await waiting(phone);
    for (let guess = guesses; guess < Math.min(guesses + 5, count); guess++) {
      expect(reasonOf(await verify(user, phone, (guess % 5) + 1))).toBe('PHONE_CODE_INVALID');
    }
  }
};

describe('wrong verification codes of a number, by any number of accounts', () => {
  it('end after 100 in a row: then none is judged, right or wrong, and nothing is recorded', async () => {
    const phone = somePhone();
    await guessWrongly(phone, 100);
    const user = await waiting(phone);
    const before = await user.log();

    const [right, wrong] = [await verify(user, phone), await verify(user, phone, 1)];

    expect(right).toMatchObject({ status: 429, headers: { 'retry-after': expect.any(String) }, body: { code: 8 } });
    expect(reasonOf(right)).toBe('PHONE_VERIFICATION_LOCKED');
    expect(wrong).toEqual(right);
    expect(await user.log()).toEqual(before);
    expect(await (await factor.caller()).moveTo(somePhone())).toMatchObject({ status: 200 });
  });

  it('are no more than 100 when they come at once', async () => {
    const phone = somePhone();
    await guessWrongly(phone, 95);
    const users: FactorUser[] = [];
    for (let count = 0; count < 4; count++) users.push(await waiting(phone));
    const code = codeTo(phone);

    const answers = await times(20, (index) =>
      (users[index % 4] as FactorUser).call('verifyPhone', { code: otherThan(code, index + 1) }),
    );

    const { PHONE_CODE_INVALID = 0, ...others } = tally(answers.map(reasonOf));
    expect(PHONE_CODE_INVALID).toBeLessThanOrEqual(20);
    expect(['PHONE_VERIFICATION_LOCKED', 'CONCURRENT_CHANGE', 'STORAGE_UNAVAILABLE']).toEqual(
      expect.arrayContaining(Object.keys(others)),
    );
    const logs = await Promise.all(users.map((user) => user.log()));
    expect(logs.flat().filter((type) => type === 'phone.verification.failed').length).toBeLessThanOrEqual(5);
  });

  it('keep no owner of the number from signing in, nor from any other number', async () => {
    const owner = await factor.enrolled();
    await guessWrongly(owner.phone, 100);

    await owner.challenge();
    expect(await owner.check(owner.code())).toMatchObject({ status: 200 });
    expect(reasonOf(await verify(await waiting(owner.phone), owner.phone))).toBe('PHONE_VERIFICATION_LOCKED');
    expect(await (await factor.caller()).moveTo(somePhone())).toMatchObject({ status: 200 });
  });

  it('are answered alike under one Idempotency-Key, the hundredth as well', async () => {
    const phone = somePhone();
    await guessWrongly(phone, 99);
    const user = await waiting(phone);
    const wrong = otherThan(codeTo(phone));

    const answers = await times(4, () => user.call('verifyPhone', { code: wrong }, { 'idempotency-key': '"hundred"' }));

    expect(tally(answers.map(reasonOf))).toEqual({ PHONE_CODE_INVALID: 4 });
  });

  it("are not forgotten for a number of one's own that is proven in between", async () => {
    const phone = somePhone();
    const user = await factor.caller();
    for (let round = 0; round < 25; round++) {
      later(DAY);
      await user.call('setPhone', { phone });
      for (let guess = 1; guess <= 4; guess++)
        expect(reasonOf(await verify(user, phone, guess))).toBe('PHONE_CODE_INVALID');
      later(DAY);
      expect(await user.moveTo(somePhone())).toMatchObject({ status: 200 });
    }
    later(DAY);
    await user.call('setPhone', { phone });

    expect(reasonOf(await verify(user, phone))).toBe('PHONE_VERIFICATION_LOCKED');
  });

  it('are forgotten once the number itself is proven', async () => {
    const phone = somePhone();
    await guessWrongly(phone, 99);
    expect(await verify(await waiting(phone), phone)).toMatchObject({ status: 200 });

    await guessWrongly(phone, 5);
    expect(await verify(await waiting(phone), phone)).toMatchObject({ status: 200 });
  });

  it('are forgotten 30 days after the last one, and not a second before', async () => {
    later(0);
    const phone = somePhone();
    await guessWrongly(phone, 100);
    later(30 * DAY - 1);
    expect(reasonOf(await verify(await waiting(phone), phone))).toBe('PHONE_VERIFICATION_LOCKED');
    later(1);

    expect(reasonOf(await verify(await waiting(phone), phone, 1))).toBe('PHONE_CODE_INVALID');
    expect(await verify(await waiting(phone), phone)).toMatchObject({ status: 200 });
  });
});
