import { sourceNets } from '../../../lib/http/sourceAddress.ts';
import type { Budget } from '../../../lib/storage/gcra.ts';
import type { Call } from '../calls.ts';
import { type Commit, codeMadeBy, type MakeRule, mapOf } from './rule.ts';

const DAY_SECONDS = 86_400;

/** Seconds by which windows are measured shorter: clocks are apart, and a call takes a while. */
const TOLERANCE_SECONDS = 120;

/** Never more messages than the budgets allow, in any window. */
export const budgetsHold: MakeRule = ({ blame, policy, budgets }) => {
  const spent = mapOf<number[]>(() => []);
  const sending = new Map<Call, Commit>();

  const spend = (call: Call, name: string, at: number, { messages, windowSeconds }: Budget): void => {
    const times = spent.get(`${name} ${windowSeconds}`);
    times.push(at);
    times.sort((one, other) => one - other);
    const windowMs = (windowSeconds - TOLERANCE_SECONDS) * 1000;
    const isOver = times.some((time, index) => time - (times[index - messages] ?? -Infinity) < windowMs);
    if (isOver) blame(`${call.name} sends message ${messages + 1} within ${windowSeconds} s: ${name}`);
  };

  return {
    committed(commit) {
      const code = codeMadeBy(commit);
      if (code) sending.set(commit.call, commit);
    },

    erased(userId) {
      for (const kind of ['PHONE', 'OTP_SMS']) spent.set(`${kind} user ${userId} ${DAY_SECONDS}`, []);
    },

    sent({ call, to }) {
      const commit = sending.get(call);
      const code = commit && codeMadeBy(commit);
      if (!commit || !code) return;
      const { kind, event } = code;
      const at = Date.parse(event.createdAt);
      const { number, nets, caller, country, service } = budgets[kind];
      const { session } = call.intent;
      const ofUser = `${kind} user ${commit.userId}`;
      const day = { messages: policy.messagesPerDay, windowSeconds: DAY_SECONDS };
      const isFirstOfDay = !spent.get(`${ofUser} ${DAY_SECONDS}`).some((time) => at - time < DAY_SECONDS * 1000);
      spend(call, ofUser, at, day);
      spend(call, `${kind} number ${to}`, at, number);
      const addresses = sourceNets(session.address).slice(0, nets.length);
      for (const [index, net] of addresses.entries()) spend(call, `${kind} net ${net}`, at, nets[index] as Budget);
      if (session.caller.kind === 'service') spend(call, `${kind} of ${session.caller.subject}`, at, caller);
      if (kind === 'OTP_SMS' && isFirstOfDay) return;
      const land = (event as { readonly country?: string }).country;
      for (const budget of country) spend(call, `${kind} country ${land}`, at, budget);
      for (const budget of service) spend(call, `${kind} service`, at, budget);
    },
  };
};
