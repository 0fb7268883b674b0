import type { Call } from '../calls.ts';
import { codeMadeBy, type MakeRule } from './rule.ts';

/** A message is for the one code that its call has recorded, to the number that is proven, or that is being proven. */
export const messagesAreRecorded: MakeRule = ({ blame, policy }) => {
  const allowed = new Map<Call, string | undefined>();
  const proven = new Map<string, string | undefined>();
  return {
    committed(commit) {
      const { call, userId, events, after } = commit;
      if (events.some(({ type }) => type === 'user.human.phone.verified')) proven.set(userId, after.root?.phone);
      if (events.some(({ type }) => type === 'user.human.phone.removed')) proven.delete(userId);
      const code = codeMadeBy(commit);
      if (!code) return;
      const country = (code.event as { readonly country?: string }).country ?? '';
      if (policy.countries !== 'all' && !policy.countries.has(country)) blame(`${call.name} sends to ${country}`);
      allowed.set(call, code.kind === 'PHONE' ? after.root?.phone : proven.get(userId));
    },
    erased(userId) {
      proven.delete(userId);
    },
    sent({ call, to }) {
      if (allowed.get(call) !== to) blame(`${call.name} sends a message to ${to} that it has no leave for`);
      allowed.delete(call);
    },
  };
};
