import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDocumentClient } from '../../lib/storage/client.ts';
import type { Budget } from '../../lib/storage/gcra.ts';
import type { KindBudgets, Message } from '../../lib/storage/messageCounters.ts';
import { createSendLimits } from '../../lib/storage/sendLimits.ts';
import { fromSetup } from '../support/environment.ts';
import { NOW } from '../support/given.ts';

const WIDE: Budget = { messages: 1_000_000, windowSeconds: 3_600 };
const DAY = 86_400;

const hold = (messages: number, windowSeconds = 3_600): Budget => ({ messages, windowSeconds });

/** Limits with a clock that the test moves; the service is one for the whole table, so its budget needs a table of its own. */
const limitsOf = (budgets: Partial<KindBudgets>, { clock = () => NOW, table = fromSetup('TABLE_NAME') } = {}) => {
  const kind = { number: WIDE, nets: [WIDE, WIDE, WIDE], country: [WIDE], service: [WIDE], caller: WIDE, ...budgets };
  const pseudonym = async (scope: string, subject: string) => `${scope}-${subject}`;
  return createSendLimits(createDocumentClient(), table, { PHONE: kind, OTP_SMS: kind }, pseudonym, clock);
};

/** A message that has nothing in common with another one but the service. */
const message = (given: Partial<Message> = {}): Message => {
  const own = randomUUID();
  return {
    kind: 'PHONE',
    phone: own,
    country: own,
    caller: own,
    nets: [`${own}/64`, `${own}/56`, `${own}/48`],
    evenIfShareIsSpent: false,
    ...given,
  };
};

type Scope = 'number' | 'address' | 'country' | 'caller';
const KEPT: Readonly<Record<Scope, (one: Message) => Partial<Message>>> = {
  number: ({ phone }) => ({ phone }),
  address: ({ nets }) => ({ nets }),
  country: ({ country }) => ({ country }),
  caller: ({ caller }) => ({ caller }),
};
const LIMITED: Readonly<Record<Scope, (budget: Budget) => Partial<KindBudgets>>> = {
  number: (number) => ({ number }),
  address: (net) => ({ nets: [WIDE, net, WIDE] }),
  country: (country) => ({ country: [WIDE, { ...country, windowSeconds: DAY }] }),
  caller: (caller) => ({ caller }),
};
const SCOPES: readonly Scope[] = ['number', 'address', 'country', 'caller'];

describe('budgets for messages', () => {
  it('tell who may wait how long of those that are spent the one that opens last', async () => {
    const limits = limitsOf({ number: hold(2), country: [hold(2, DAY)] });
    const first = message({ kind: 'OTP_SMS' });
    const again = { ...first };
    const compatriot = message({ kind: 'OTP_SMS', country: first.country });
    await limits.take(first, {});
    await expect(limits.take(again, {})).rejects.toMatchObject({ budget: 'login-number', retryAfter: 3_600 });
    await expect(limits.take(compatriot, {})).rejects.toMatchObject({ budget: 'login-country', retryAfter: DAY });
    await expect(limits.take(again, {})).rejects.toMatchObject({ budget: 'login-country', retryAfter: DAY });
  });

  it.each(SCOPES)('end for each %s by itself, and for each kind of code', async (scope) => {
    const limits = limitsOf(LIMITED[scope](hold(4)));
    const first = message();
    const next = () => message(KEPT[scope](first));
    for (const one of [first, next()]) await limits.take(one, {});
    await expect(limits.take(next(), { resendAt: 'later' })).rejects.toMatchObject({
      reason: 'SMS_BUDGET_SPENT',
      retryAfter: 3_600,
      metadata: { resendAt: 'later' },
      budget: scope,
    });
    await limits.take({ ...next(), kind: 'OTP_SMS' }, {});
    await limits.take(message(), {});
  });

  it.each(SCOPES)('of a %s let no more than half pass of whatever arrives at once', async (scope) => {
    const limits = limitsOf(LIMITED[scope](hold(10)));
    const first = message();
    const tries = await Promise.allSettled(
      Array.from({ length: 100 }, () => limits.take(message(KEPT[scope](first)), {})),
    );
    const passed = tries.filter(({ status }) => status === 'fulfilled').length;
    expect(passed).toBeGreaterThan(0);
    expect(passed).toBeLessThanOrEqual(5);
  });

  it('let never more pass than they hold, in any window, however messages arrive and are given back', async () => {
    let now = NOW.getTime();
    const limits = limitsOf({ number: hold(6, 60) }, { clock: () => new Date(now) });
    const wave = fc.record({
      seconds: fc.integer({ min: 0, max: 40 }),
      together: fc.integer({ min: 1, max: 8 }),
      kept: fc.integer({ min: 0, max: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(wave, { minLength: 3, maxLength: 12 }), async (waves) => {
        const phone = randomUUID();
        const sent: number[] = [];
        for (const { seconds, together, kept } of waves) {
          now += seconds * 1_000;
          const ends = await Promise.allSettled(
            Array.from({ length: together }, () => limits.take(message({ phone, nets: [] }), {})),
          );
          const reserved = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
          sent.push(...reserved.slice(0, kept).map(() => now));
          now += 300;
          await Promise.all(reserved.slice(kept).map((reservation) => reservation.giveBack()));
        }
        for (const start of sent) {
          expect(sent.filter((time) => time >= start && time < start + 60_000).length).toBeLessThanOrEqual(6);
        }
      }),
      { numRuns: 10 },
    );
  });

  it('know no midnight: what was spent before it is spent after it', async () => {
    let now = new Date('2026-01-01T23:59:59.000Z');
    const limits = limitsOf({ number: hold(10, DAY) }, { clock: () => now });
    const { phone } = message();
    for (let sent = 0; sent < 5; sent++) await limits.take(message({ phone }), {});
    now = new Date('2026-01-02T00:00:01.000Z');
    await expect(limits.take(message({ phone }), {})).rejects.toMatchObject({ budget: 'number' });
    now = new Date('2026-01-02T04:47:59.000Z');
    await limits.take(message({ phone }), {});
    await expect(limits.take(message({ phone }), {})).rejects.toMatchObject({ budget: 'number' });
  });

  it('of logins say when they open, those of verifications always the same', async () => {
    const limits = limitsOf({ number: hold(2, DAY), country: [hold(1_800)] });
    const { phone, country } = message();
    for (const kind of ['PHONE', 'OTP_SMS'] as const) await limits.take(message({ kind, phone }), {});
    const refusal = { reason: 'SMS_BUDGET_SPENT', metadata: {} };
    await expect(limits.take(message({ phone }), {})).rejects.toMatchObject({ ...refusal, retryAfter: 3_600 });
    await expect(limits.take(message({ kind: 'OTP_SMS', phone }), {})).rejects.toMatchObject({
      ...refusal,
      retryAfter: DAY,
      budget: 'login-number',
    });
    const narrow = limitsOf({ country: [hold(2, 60)] });
    await narrow.take(message({ country }), {});
    await expect(narrow.take(message({ country }), {})).rejects.toMatchObject({ ...refusal, retryAfter: 3_600 });
  });

  it('that all share let pass who may not be refused by them, and only by them', async () => {
    const limits = limitsOf({ number: hold(4), country: [hold(2)] });
    const { phone, country } = message();
    await limits.take(message({ phone, country }), {});
    await expect(limits.take(message({ country }), {})).rejects.toMatchObject({ budget: 'country' });
    await limits.take(message({ phone, country, evenIfShareIsSpent: true }), {});
    await expect(limits.take(message({ phone, country, evenIfShareIsSpent: true }), {})).rejects.toMatchObject({
      budget: 'number',
    });
  });

  it('count a net only where it is told', async () => {
    const limits = limitsOf({ nets: [hold(2), hold(2), hold(2)] });
    const { nets } = message();
    await limits.take(message({ nets: nets.slice(0, 1) }), {});
    await expect(limits.take(message({ nets: nets.slice(0, 1) }), {})).rejects.toMatchObject({ budget: 'address' });
    await limits.take(message({ nets: nets.slice(1) }), {});
    await limits.take(message({ nets: [] }), {});
  });

  it('get back once what was not used', async () => {
    const limits = limitsOf({ number: hold(4) });
    const { phone } = message();
    await limits.take(message({ phone }), {});
    const reservation = await limits.take(message({ phone }), {});
    await expect(limits.take(message({ phone }), {})).rejects.toMatchObject({ budget: 'number' });
    await Promise.all([reservation.giveBack(), reservation.giveBack()]);
    await reservation.giveBack();
    await limits.take(message({ phone }), {});
    await expect(limits.take(message({ phone }), {})).rejects.toMatchObject({ budget: 'number' });
  });

  it('get back nothing that time has refilled', async () => {
    let now = NOW.getTime();
    const limits = limitsOf({ number: hold(4, 60) }, { clock: () => new Date(now) });
    const { phone } = message();
    const reservation = await limits.take(message({ phone }), {});
    now += 40_000;
    for (let sent = 0; sent < 2; sent++) await limits.take(message({ phone }), {});
    await reservation.giveBack();
    await expect(limits.take(message({ phone }), {})).rejects.toMatchObject({ budget: 'number' });
  });

  it('get back what a wider one refuses', async () => {
    const limits = limitsOf({ number: hold(2), country: [hold(2)] });
    const { phone, country } = message();
    await limits.take(message({ country }), {});
    await expect(limits.take(message({ phone, country }), {})).rejects.toMatchObject({ budget: 'country' });
    await limits.take(message({ phone }), {});
  });

  it.each([1, 2, 4])(
    'of %i are what the table says, not what the last message of a user lets expect',
    async (messages) => {
      const limits = limitsOf({ number: hold(messages) });
      const last = (phone: string) => ({ phone, atMs: NOW.getTime() - 1_000 });
      const unused = message();
      await limits.take({ ...unused, last: last(unused.phone) }, {});
      const { phone } = message();
      for (let sent = 0; sent < Math.ceil(messages / 2); sent++) await limits.take(message({ phone }), {});
      await expect(limits.take(message({ phone, last: last(phone) }), {})).rejects.toMatchObject({ budget: 'number' });
    },
  );

  it('are not closed by a clock that was wrong', async () => {
    const { phone } = message();
    const years = limitsOf({ number: hold(2) }, { clock: () => new Date('2050-01-01') });
    await years.take(message({ phone }), {});
    await limitsOf({ number: hold(2) }).take(message({ phone }), {});
    await expect(limitsOf({ number: hold(2) }).take(message({ phone }), {})).rejects.toMatchObject({
      budget: 'number',
    });
  });

  it('refuse when they cannot be counted', async () => {
    const limits = limitsOf({}, { table: 'no-such-table' });
    await expect(limits.take(message(), {})).rejects.toMatchObject({ name: 'ApiError', reason: 'INTERNAL' });
    await expect(limitsOf({}).take(message(), {}, AbortSignal.abort())).rejects.toMatchObject({
      reason: 'STORAGE_UNAVAILABLE',
    });
  });
});
