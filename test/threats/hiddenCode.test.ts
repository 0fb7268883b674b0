import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { secondsAfter } from '../../lib/domain/time.ts';
import { type Answer, startIssuer } from '../support/api.ts';
import { comeBack, goTo, passSeconds } from '../support/clock.ts';
import { expectWhole } from '../support/partition.ts';
import { enrol, newNumber, type Person, peopleOf } from '../support/people.ts';

const issuer = await startIssuer();
const person = peopleOf(issuer, { RESEND_WAIT_SECONDS: '30', SMS_BUDGET_USER: '3' });
beforeEach(() => goTo('2030-01-01T10:00:10Z'));
afterEach(comeBack);

const pending = async (): Promise<Person> => {
  const user = await person();
  await user.set();
  return user;
};

const challenged = async (): Promise<Person> => {
  const user = await enrol(await person());
  await user.challenge();
  return user;
};

type Event = { readonly type: string; readonly createdAt: string; readonly expiresAt?: string };

/** What a refusal must tell: until when the code at hand is good, and when there is another, or how long after the last. */
const expectTold = async (answer: Answer, user: Person, reason: string, resendAt: string | number) => {
  const events = (await expectWhole(user.sub)) as Event[];
  const { createdAt = '', expiresAt } = events.findLast(({ type }) => type.endsWith('code.added')) ?? {};
  expect(answer.status).toBe(429);
  expect(answer.body.details?.[0]).toEqual({
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason,
    domain: 'otp-sms-factor',
    metadata: {
      expiresAt,
      resendAt: typeof resendAt === 'number' ? secondsAfter(createdAt, resendAt) : resendAt,
    },
  });
};

/** When the first message of a kind leaves the day, and makes room for another. */
const dayAfterFirst = async ({ sub }: Person, kind: string): Promise<string> => {
  const events = (await expectWhole(sub)) as Event[];
  const first = events.find(({ type }) => type === `user.human.${kind}.code.added`);
  return secondsAfter(first?.createdAt ?? '', 86_400);
};

describe('a refused message tells of the code at hand, which stays good', () => {
  it.each([
    ['resending', (user: Person) => user.resend()],
    ['setting another phone', (user: Person) => user.call('set', { phone: newNumber() })],
  ])('when %s comes too soon', async (_, again) => {
    const user = await pending();
    await expectTold(await again(user), user, 'SMS_TOO_SOON', 30);
    await expectTold(await again(user), user, 'SMS_TOO_SOON', 30);
    expect((await user.verify()).status).toBe(200);
  });

  it('when a challenge comes too soon', async () => {
    const user = await challenged();
    await expectTold(await user.challenge(), user, 'SMS_TOO_SOON', 30);
    expect((await user.check()).status).toBe(200);
  });

  it.each([
    ['resending', (user: Person) => user.resend()],
    ['setting another phone', (user: Person) => user.call('set', { phone: newNumber() })],
  ])('when %s is over the budget', async (_, again) => {
    const user = await pending();
    for (const wait of [30, 60]) {
      passSeconds(wait);
      expect((await user.resend()).status).toBe(200);
    }
    passSeconds(120);
    await expectTold(await again(user), user, 'SMS_BUDGET_SPENT', await dayAfterFirst(user, 'phone'));
    expect((await user.verify()).status).toBe(200);
  });

  it('when a challenge is over the budget', async () => {
    const user = await challenged();
    for (const wait of [30, 60]) {
      passSeconds(wait);
      expect((await user.challenge()).status).toBe(200);
    }
    passSeconds(120);
    await expectTold(await user.challenge(), user, 'SMS_BUDGET_SPENT', await dayAfterFirst(user, 'mfa.otp.sms'));
    expect((await user.check()).status).toBe(200);
  });
});

describe('a refused message tells of no code', () => {
  it('that has expired', async () => {
    const user = await pending();
    for (const wait of [30, 60]) {
      passSeconds(wait);
      await user.resend();
    }
    passSeconds(300);
    const { body } = await user.resend();
    expect(body.details?.[0]).toMatchObject({ reason: 'SMS_BUDGET_SPENT' });
    expect(body.details?.[0]?.metadata).not.toHaveProperty('expiresAt');
  });
});
