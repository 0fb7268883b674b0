import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createDocumentClient } from '../../lib/storage/client.ts';
import { type Budget, createSendLimits, type Scope } from '../../lib/storage/sendLimits.ts';
import { fromSetup } from '../support/environment.ts';
import { NOW } from '../support/given.ts';

const WIDE: Budget = { messages: 1_000, window: 3_600 };

const limitsOf = (budgets: Partial<Record<Scope, Budget>>, clock = () => NOW, table = fromSetup('TABLE_NAME')) =>
  createSendLimits(
    createDocumentClient(),
    table,
    { user: WIDE, number: WIDE, address: WIDE, country: WIDE, service: WIDE, ...budgets },
    clock,
  );

const subjects = () => {
  const own = randomUUID();
  return { user: own, number: own, address: own, country: own, service: own };
};

describe('budgets for messages', () => {
  it.each(['user', 'number', 'address', 'country', 'service'] as const)('end for each %s by itself', async (scope) => {
    const limits = limitsOf({ [scope]: { messages: 2, window: 3_600 } });
    const one = subjects();
    await limits.take(one, {});
    await limits.take(one, {});
    await expect(limits.take(one, { resendAt: 'later' })).rejects.toMatchObject({
      reason: 'SMS_BUDGET_SPENT',
      retryAfter: 3_600,
      metadata: { budget: scope, resendAt: 'later' },
    });
    await expect(limits.take({ ...one, [scope]: randomUUID() }, {})).resolves.toBeTypeOf('function');
  });

  it('hold whatever arrives at once', async () => {
    const limits = limitsOf({ number: { messages: 5, window: 60 } });
    const one = subjects();
    const tries = await Promise.allSettled(Array.from({ length: 50 }, () => limits.take(one, {})));
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
  });

  it('begin anew with the next window', async () => {
    let now = NOW;
    const limits = limitsOf({ user: { messages: 1, window: 60 } }, () => now);
    const one = subjects();
    await limits.take(one, {});
    now = new Date(NOW.getTime() + 59_999);
    await expect(limits.take(one, {})).rejects.toMatchObject({ retryAfter: 1 });
    now = new Date(NOW.getTime() + 60_000);
    await limits.take(one, {});
  });

  it('get back what was not used, also when a wider budget refuses', async () => {
    const limits = limitsOf({ user: { messages: 1, window: 60 }, service: { messages: 1, window: 60 } });
    const one = subjects();
    const giveBack = await limits.take(one, {});
    await giveBack();
    await limits.take(one, {});

    const other = { ...one, user: randomUUID() };
    await expect(limits.take(other, {})).rejects.toMatchObject({ metadata: { budget: 'service' } });
    await limits.take({ ...other, service: randomUUID() }, {});
  });

  it('refuse when they cannot be counted', async () => {
    const limits = limitsOf({}, () => NOW, 'no-such-table');
    await expect(limits.take(subjects(), {})).rejects.toMatchObject({ name: 'ApiError', reason: 'INTERNAL' });
    await expect(limitsOf({}).take(subjects(), {}, AbortSignal.abort())).rejects.toMatchObject({
      reason: 'STORAGE_UNAVAILABLE',
    });
  });
});
