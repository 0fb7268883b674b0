import { accept, run } from '../../lib/domain/decision.ts';
import type { FailedAttempts } from '../../lib/domain/failedAttempts.ts';
import { createDocumentClient } from '../../lib/storage/client.ts';
import { createUserStore } from '../../lib/storage/userStore.ts';
import { fromSetup } from './environment.ts';
import type { FactorUser } from './factor.ts';
import { POLICY } from './given.ts';

const store = createUserStore(createDocumentClient(), fromSetup('TABLE_NAME'));

/** Records that a user who has just been sent a code has entered that many wrong ones in a row. */
export const recordWrongCodes = async ({ sub }: FactorUser, attempts: FailedAttempts): Promise<void> => {
  const user = await store.load(sub);
  const unlogged = { challengeHash: user.otpSmsCode?.challengeHash ?? '' };
  const failed = { type: 'user.human.mfa.otp.sms.check.failed', ...attempts, unlogged } as const;
  const context = { now: new Date(), editor: sub, policy: POLICY };
  const outcome = run(() => accept(failed), user, undefined, context);
  const commit = await store.commit(sub, outcome, [], new AbortController().signal);
  if (!commit.committed) throw new Error('Another write came first');
};
