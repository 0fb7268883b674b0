import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createUsers } from '../../infra/local/users.ts';
import { addOtpSms } from '../../lib/domain/addOtpSms.ts';
import { challengeOtpSms, checkOtpSms } from '../../lib/domain/challenge.ts';
import { type Context, type Decide, run } from '../../lib/domain/decision.ts';
import {
  removePhone,
  resendPhoneVerification,
  setPhone,
  setVerifiedPhone,
  verifyPhone,
} from '../../lib/domain/phone.ts';
import { removeOtpSms } from '../../lib/domain/removeOtpSms.ts';
import { unlock } from '../../lib/domain/unlock.ts';
import type { User } from '../../lib/domain/user.ts';
import { createDocumentClient } from '../../lib/storage/client.ts';
import { createUserStore } from '../../lib/storage/userStore.ts';
import { fromSetup } from '../support/environment.ts';
import { A, at, B, code, guess } from '../support/given.ts';
import { asLogged, replay } from '../support/replay.ts';

const table = fromSetup('TABLE_NAME');
const store = createUserStore(createDocumentClient(), table);
const users = createUsers(table);

/** A token that names an owner, another one, or none. */
const owner = fc.constantFrom({}, {}, { claimedOwner: 'tenant' }, { claimedOwner: 'other' });

type Step = (user: User, context: Context) => ReturnType<typeof run>;

const step =
  <Command>(decide: Decide<Command>, command: Command): Step =>
  (user, context) =>
    run(decide, user, command, context);

const asService =
  <Command>(decide: Decide<Command>, command: Command): Step =>
  (user, context) =>
    run(decide, user, command, { ...context, stepUp: { by: 'SERVICE' } });

const STEPS: Readonly<Record<string, Step>> = {
  'set A': step(setPhone, code(A, 'good')),
  'set B': step(setPhone, code(B, 'good')),
  resend: step(resendPhoneVerification, code(A, 'good')),
  'verify rightly': step(verifyPhone, { hash: 'good' }),
  'verify wrongly': step(verifyPhone, { hash: 'bad' }),
  'remove phone': step(removePhone, undefined),
  add: step(addOtpSms, undefined),
  remove: step(removeOtpSms, undefined),
  challenge: (user, context) => run(challengeOtpSms, user, code(user.root?.verifiedPhone ?? A, 'good'), context),
  'vouch for B': asService(setVerifiedPhone, { phone: B, country: 'CH', phoneHash: 'hash' }),
  unlock: asService(unlock, undefined),
  'check rightly': step(checkOtpSms, guess('good')),
  'check wrongly': step(checkOtpSms, guess('bad')),
};

const SIGNAL = new AbortController().signal;

/** One command; with a race, another one is committed between its reading and its writing. */
const command = fc.record({
  name: fc.constantFrom(...Object.keys(STEPS)),
  race: fc.option(fc.constantFrom(...Object.keys(STEPS)), { nil: undefined }),
  owner,
  pause: fc.integer({ min: 0, max: 400 }),
});

describe('any order of commands and lost races', () => {
  it('leaves a log without gaps, and a state that equals the replayed log', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 1, maxLength: 12 }), async (commands) => {
        const userId = randomUUID();
        let seconds = 0;
        let recorded = 0;
        for (const { name, race, owner, pause } of commands) {
          seconds += pause;
          const outcome = STEPS[name]?.(await store.load(userId), at(seconds, owner));
          const other = race === undefined ? undefined : STEPS[race]?.(await store.load(userId), at(seconds));
          if (other?.events.length) {
            expect(await store.commit(userId, other, [], SIGNAL)).toEqual({ committed: true });
            recorded += other.events.length;
          }
          if (!outcome?.events.length) continue;
          const { committed } = await store.commit(userId, outcome, [], SIGNAL);
          expect(committed).toBe(!other?.events.length);
          if (committed) recorded += outcome.events.length;
        }

        const log = await users.events(userId);
        expect(log.map(({ sequence }) => sequence)).toEqual(Array.from({ length: recorded }, (_, index) => index + 1));
        expect(asLogged(replay(log))).toEqual(asLogged(await store.load(userId)));
      }),
      { numRuns: 40 },
    );
  });
});
