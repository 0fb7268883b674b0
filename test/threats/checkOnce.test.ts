import { describe, expect, it } from 'vitest';
import { startIssuer } from '../support/api.ts';
import { factorOf, judged, reasonOf } from '../support/factor.ts';
import { expectWhole } from '../support/partition.ts';
import { tally, times } from '../support/times.ts';

const factor = factorOf(await startIssuer());

describe('one code, sent many times at once', () => {
  it('logs in once', async () => {
    const user = await factor.challenged();
    const code = user.code();

    const answers = await times(200, () => user.check(code));

    const { OK = 0, ...refused } = tally(answers.map(reasonOf));
    const expected = ['OTP_SMS_CODE_NOT_PENDING', 'CONCURRENT_CHANGE', 'STORAGE_UNAVAILABLE'];
    expect(expected).toEqual(expect.arrayContaining(Object.keys(refused)));
    // The answer to the one that was taken may be lost in the crowd.
    expect(OK).toBeLessThanOrEqual(1);
    expect(OK + (refused.STORAGE_UNAVAILABLE ?? 0)).toBeGreaterThan(0);
    expect(await judged(user)).toEqual({ failed: 0, succeeded: 1 });
    await expectWhole(user.sub);
  });

  it('logs in once among wrong guesses', async () => {
    const user = await factor.challenged();
    const code = user.code();

    const answers = await times(60, (index) => user.check(index % 2 === 0 ? code : 'wrong'));

    const { OK = 0 } = tally(answers.map(reasonOf));
    const { failed, succeeded } = await judged(user);
    expect(OK).toBeLessThanOrEqual(succeeded);
    expect(succeeded).toBeLessThanOrEqual(1);
    expect(failed).toBeLessThanOrEqual(5);
    expect(succeeded === 1 || failed === 5).toBe(true);
    await expectWhole(user.sub);
  });

  it('logs in once under different idempotency keys, and the one answer is repeated under its own', async () => {
    const user = await factor.challenged();
    const code = user.code();
    const keyed = (index: number) => user.check(code, { 'idempotency-key': `"key-${index}"` });

    const answers = await times(30, keyed);

    const taken = answers.filter(({ status }) => status === 200);
    expect(taken.length).toBeLessThanOrEqual(1);
    for (const answer of taken) expect(await keyed(answers.indexOf(answer))).toEqual(answer);
    expect(await judged(user)).toEqual({ failed: 0, succeeded: 1 });
  });
});
