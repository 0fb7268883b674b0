import { afterAll, describe, expect, it } from 'vitest';
import { startIssuer } from '../support/api.ts';
import { factorOf, judged, otherThan, reasonOf } from '../support/factor.ts';
import { cancelled, resetAfter, startFaultyEngine } from '../support/faultyEngine.ts';
import { expectWhole } from '../support/partition.ts';

const issuer = await startIssuer();
const engine = await startFaultyEngine();
afterAll(engine.shut);
process.env.AWS_ENDPOINT_URL_DYNAMODB = engine.endpoint;
const factor = factorOf(issuer);

describe.concurrent('a guess that does not get its turn', () => {
  it('is answered 409, right or wrong alike, and not judged', async () => {
    const user = await factor.challenged();
    const code = user.code();

    const [right, wrong] = await Promise.all(
      [code, otherThan(code)].map(async (guess) => {
        engine.spoil(user.sub, 'TransactWriteItems', cancelled('TransactionConflict'), 10);
        return user.check(guess);
      }),
    );

    expect(right).toMatchObject({ status: 409, body: { code: 10 } });
    expect(right).toEqual(wrong);
    expect(JSON.stringify(right)).not.toMatch(/attempts|code is/i);
    expect(await judged(user)).toEqual({ failed: 0, succeeded: 0 });
    expect(await user.check(code)).toMatchObject({ status: 200 });
  });

  it('a challenge that does not get its turn sends nothing', async () => {
    const user = await factor.enrolled();
    engine.spoil(user.sub, 'TransactWriteItems', cancelled('TransactionConflict'), 10);

    expect(await user.challenge()).toMatchObject({ status: 409, body: { code: 10 } });

    expect(user.messages()).toBe(0);
    expect(await user.challenge()).toMatchObject({ status: 200 });
  });
});

describe('a guess whose record was answered too late', () => {
  it('is judged once, and answered after it is recorded', async () => {
    const user = await factor.challenged();
    engine.spoil(user.sub, 'TransactWriteItems', resetAfter);

    expect(reasonOf(await user.check(otherThan(user.code())))).toBe('OTP_SMS_CODE_WRONG');

    expect(await judged(user)).toEqual({ failed: 1, succeeded: 0 });
    await expectWhole(user.sub);
  });

  it('is not told from another when nobody knows of its record: 503, right or wrong', async () => {
    const [one, other] = [await factor.challenged(), await factor.challenged()];
    for (const { sub } of [one, other]) engine.spoil(sub, 'TransactWriteItems', resetAfter, 3);

    const right = await one.check(one.code());
    const wrong = await other.check(otherThan(other.code()));

    expect(right).toMatchObject({ status: 503 });
    expect(right).toEqual(wrong);
    expect([await judged(one), await judged(other)]).toEqual([
      { failed: 0, succeeded: 1 },
      { failed: 1, succeeded: 0 },
    ]);
  });
});
