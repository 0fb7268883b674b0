import { expect, it } from 'vitest';
import { run } from '../../lib/domain/decision.ts';
import type { Fact } from '../../lib/domain/events.ts';
import { createDocumentClient } from '../../lib/storage/client.ts';
import { createUserStore } from '../../lib/storage/userStore.ts';
import { someone } from '../support/api.ts';
import { fromSetup } from '../support/environment.ts';
import { A, at, facts } from '../support/given.ts';

it('a factor that is added too often is not recorded, whatever has decided so', async () => {
  const store = createUserStore(createDocumentClient(), fromSetup('TABLE_NAME'));
  const sub = someone();
  const record = async (seconds: number, ...happened: Fact[]) => {
    const outcome = run(() => ({ facts: happened }), await store.load(sub), undefined, at(seconds));
    return (await store.commit(sub, outcome, [])).committed;
  };
  const removed: Fact = { type: 'user.human.mfa.otp.sms.removed', allowedBy: { by: 'STEP_UP_OFF' } };
  expect(await record(0, facts.changed(A), facts.verified(A))).toBe(true);
  for (let time = 0; time < 5; time++) {
    expect(await record(60 * time, facts.added)).toBe(true);
    expect(await record(60 * time, removed)).toBe(true);
  }

  expect(await record(3_599, facts.added)).toBe(false);
  expect(await record(3_600, facts.added)).toBe(true);
  expect(await record(3_600, removed)).toBe(true);
  expect(await record(3_600, facts.added)).toBe(false);
});
