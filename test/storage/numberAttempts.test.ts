import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createDocumentClient } from '../../lib/storage/client.ts';
import { createNumberAttempts } from '../../lib/storage/numberAttempts.ts';
import { fromSetup } from '../support/environment.ts';
import { A, at, NOW } from '../support/given.ts';

const attempts = createNumberAttempts(createDocumentClient(), fromSetup('TABLE_NAME'), async () => randomUUID());
const OUTCOME = { before: {}, after: {}, events: [] };
const signal = new AbortController().signal;

const over = at(-1).now.toISOString();

describe('wrong verification codes of a number that end a judgement', () => {
  it('are told with the time from which they are forgotten', async () => {
    const { refuse } = await attempts.alongside(OUTCOME, A, NOW);
    await expect(refuse({ expiresAt: at(60).now.toISOString() }, signal)).rejects.toMatchObject({
      reason: 'PHONE_VERIFICATION_LOCKED',
      retryAfter: 60,
      metadata: { lockedUntil: at(60).now.toISOString() },
    });
  });

  it('are decided on again where they are over, or were forgotten by another request meanwhile', async () => {
    const { refuse } = await attempts.alongside(OUTCOME, A, NOW);
    await expect(refuse({ expiresAt: over }, signal)).resolves.toBeUndefined();
    await expect(refuse(undefined, signal)).resolves.toBeUndefined();
  });

  it('are unavailable when storage is', async () => {
    const { refuse } = await attempts.alongside(OUTCOME, A, NOW);
    await expect(refuse({ expiresAt: over }, AbortSignal.abort())).rejects.toMatchObject({
      reason: 'STORAGE_UNAVAILABLE',
    });
  });
});
