import { holderOf } from '../people.ts';
import { type Commit, type MakeRule, mapOf } from './rule.ts';

/** Whether a commit takes the factor, or its number, away. */
const weakens = ({ events, before, after }: Commit): boolean =>
  before.otpSms !== undefined &&
  (events.some(({ type }) => type.endsWith('.removed')) || before.root?.verifiedPhone !== after.root?.verifiedPhone);

/** A factor is weakened by whoever has its phone, where step-up is on; what allows one write allows no other. */
export const authorityIsUsedOnce: MakeRule = ({ blame, policy }) => {
  const used = mapOf<Set<unknown>>(() => new Set());
  return {
    erased(userId) {
      used.set(userId, new Set());
    },

    committed(commit) {
      const { call, userId, events, before } = commit;
      const { person, caller } = call.intent.session;
      const isTrusted = caller.kind === 'user' ? caller.authentication : caller.permissions.includes('WRITE');
      const isAllowed = isTrusted || holderOf(before.root?.verifiedPhone ?? '') === person;
      if (policy.stepUp !== 'off' && weakens(commit) && !isAllowed) blame(`${call.name} weakens a factor of others`);
      for (const { allowedBy, type } of events) {
        if (!allowedBy || type === 'user.human.phone.verification.failed') continue;
        const authority =
          allowedBy.by === 'PROOF' ? allowedBy.jti : allowedBy.by === 'REAUTHENTICATION' && allowedBy.authTime;
        if (!authority) continue;
        if (used.get(userId).has(authority)) blame(`${call.name} is allowed by what was used before`);
        used.get(userId).add(authority);
      }
    },
  };
};
