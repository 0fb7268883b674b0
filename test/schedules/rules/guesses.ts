import type { Event } from '../../../lib/domain/events.ts';
import { PHONE_LOCKOUT } from '../../../lib/domain/policy.ts';
import { kindOf, type MakeRule, mapOf } from './rule.ts';

/** Wrong guesses at one code, and the milliseconds of the shortest lock. */
const [MOST_PER_CODE, SHORTEST_LOCK_MS] = [5, 900_000];

/** Events after which nothing is held against a user any more, of the one kind or of both. */
const FORGIVING: Readonly<Record<string, readonly string[]>> = {
  'user.human.phone.verified': ['PHONE', 'OTP_SMS'],
  'user.human.mfa.otp.sms.check.succeeded': ['OTP_SMS'],
  'user.human.mfa.otp.sms.unlocked': ['PHONE', 'OTP_SMS'],
};

const VERIFIED_WRONGLY = /^(USER_)?PHONE_CODE_INVALID$/;

const isWrong = ({ type }: Event): boolean => type.endsWith('.failed');

/** Every guess that is judged is recorded, and there are never more than the budgets allow. */
export const guessesAreCounted: MakeRule = ({ blame, commitsOf, isErasedSince, policy }) => {
  const inARow = mapOf<number[]>(() => []);
  const ofCode = mapOf<number>(() => 0);
  const lockAfter = { PHONE: PHONE_LOCKOUT.lockAfter, OTP_SMS: policy.lockAfter };

  return {
    committed({ userId, events }) {
      for (const event of events) {
        const kind = kindOf(event);
        const name = `${userId} ${kind}`;
        for (const forgiven of FORGIVING[event.type] ?? []) inARow.set(`${userId} ${forgiven}`, []);
        if (event.type.endsWith('.code.added')) ofCode.set(name, 0);
        if (!isWrong(event)) continue;
        ofCode.set(name, ofCode.get(name) + 1);
        if (ofCode.get(name) > MOST_PER_CODE) blame(`${name}: guess ${ofCode.get(name)} at one code`);
        const times = inARow.get(name);
        times.push(Date.parse(event.createdAt));
        const [last = 0, first = -Infinity] = [times.at(-1), times.at(-1 - lockAfter[kind])];
        if (last - first < SHORTEST_LOCK_MS)
          blame(`${name}: ${lockAfter[kind] + 1} wrong guesses in ${last - first} ms`);
      }
    },

    erased(userId) {
      for (const kind of ['PHONE', 'OTP_SMS']) inARow.set(`${userId} ${kind}`, []);
    },

    answered(call, { reason, metadata }) {
      const { name, intent } = call;
      const isJudged =
        reason === 'OTP_SMS_CODE_WRONG' || (VERIFIED_WRONGLY.test(reason) && metadata?.attemptsRemaining);
      if (isJudged && !isErasedSince(call) && !commitsOf(intent).some(({ events }) => events.some(isWrong))) {
        blame(`${name} is told that the guess is wrong, which is not counted`);
      }
    },
  };
};
