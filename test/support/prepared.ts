import { type Binding, hashCode, macCode } from '../../lib/codes/keyedHash.ts';
import { createLocalKey } from '../../lib/codes/localKey.ts';
import { hashChallengeId } from '../../lib/codes/nonce.ts';
import type { Config } from '../../lib/config/config.ts';
import type { CodeKind } from '../../lib/domain/code.ts';
import { type Context, run } from '../../lib/domain/decision.ts';
import type { Fact } from '../../lib/domain/events.ts';
import { secondsAfter } from '../../lib/domain/time.ts';
import { createDocumentClient } from '../../lib/storage/client.ts';
import { createUserStore } from '../../lib/storage/userStore.ts';
import { SOME_CHALLENGE } from './challengeIds.ts';
import { facts } from './given.ts';
import type { Person } from './person.ts';

/** The code that a prepared user waits with, for the phone and for the login. */
export const KNOWN_CODE = '012345';

/** Puts users into the table with a few writes and no message: the codes in their hands are known. */
export const createPreparation = ({ table, policy, env }: Config) => {
  const store = createUserStore(createDocumentClient(), table);
  const key = createLocalKey(Buffer.from(env.CODE_KEY ?? '', 'base64'));
  const signal = new AbortController().signal;

  const record = async (userId: string, context: Context, ...stated: Fact[]) => {
    const outcome = run(() => ({ facts: stated }), await store.load(userId, signal), undefined, context);
    await store.commit(userId, outcome, [], signal);
  };

  /**
   * A user who has proven one number and waits to prove another; with the factor there is a login code as well. All of
   * it happened an hour ago, but that the codes are still good.
   */
  return async ({ sub, phone }: Pick<Person, 'sub' | 'phone'>, next: string, withFactor: boolean): Promise<void> => {
    const context: Context = { now: new Date(secondsAfter(new Date(), -3_600)), editor: sub, policy };
    const expiresAt = secondsAfter(new Date(), policy.codeLife);
    const hashOf = async (kind: CodeKind, binding: Binding) =>
      hashCode(await macCode(key, { userId: sub, kind }, KNOWN_CODE), binding);
    const challengeHash = hashChallengeId(SOME_CHALLENGE);
    const codeLength = KNOWN_CODE.length;
    await record(sub, context, facts.changed(phone), facts.verified(phone), facts.changed(next), {
      type: 'user.human.phone.code.added',
      expiresAt,
      codeLength,
      unlogged: { hash: await hashOf('PHONE', { phone: next, purpose: null, nonce: 'salt' }), salt: 'salt' },
    });
    if (!withFactor) return;
    await record(sub, context, facts.added);
    await record(sub, context, {
      type: 'user.human.mfa.otp.sms.code.added',
      expiresAt,
      codeLength,
      purpose: 'LOGIN',
      unlogged: {
        hash: await hashOf('OTP_SMS', { phone, purpose: 'LOGIN', nonce: SOME_CHALLENGE }),
        challengeHash,
      },
    });
  };
};
