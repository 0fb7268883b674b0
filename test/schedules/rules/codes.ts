import type { Call } from '../calls.ts';
import { holderOf } from '../people.ts';
import { codeMadeBy, isAdoption, type MakeRule } from './rule.ts';

/** A code that waits for its use. */
type Waiting = { readonly name: string; readonly number: string | undefined; readonly expiresAt: string };

/** The phone that a token names. */
const claimedPhoneOf = ({ intent: { session } }: Call): string | undefined =>
  session.caller.kind === 'user' ? session.caller.claimedPhone?.phone : undefined;

/** Whether a service says that a phone is the user's. */
const isVouchedFor = ({ intent: { session, body } }: Call): boolean =>
  session.caller.kind === 'service' && session.caller.permissions.includes('WRITE') && body.isVerified !== undefined;

/** A code counts once, in its time, as the latest of its kind, for whoever has the phone that it went to. */
export const codesCountOnce: MakeRule = ({ blame }) => {
  const waiting = new Map<string, Waiting>();
  const made = new Map<Call, Waiting>();
  const digitsOf = new Map<string, string>();

  const use = (kind: string, userId: string, { name, intent }: Call, createdAt: string): void => {
    const code = waiting.get(`${userId} ${kind}`);
    waiting.delete(`${userId} ${kind}`);
    if (!code) blame(`${name} succeeds without a code that waits`);
    else if (digitsOf.get(code.name) !== (intent.body.code ?? intent.body.verificationCode))
      blame(`${name} succeeds with another code than the latest`);
    else if (code.expiresAt <= createdAt) blame(`${name} succeeds with a code that has expired`);
    else if (holderOf(code.number ?? '') !== intent.session.person) blame(`${name} succeeds without the phone`);
  };

  return {
    committed(commit) {
      const { call, userId, events, after } = commit;
      for (const { type, createdAt } of events) {
        if (type === 'user.human.mfa.otp.sms.check.succeeded') use('OTP_SMS', userId, call, createdAt);
        if (type !== 'user.human.phone.verified') continue;
        if (isVouchedFor(call)) waiting.delete(`${userId} PHONE`);
        else if (!isAdoption(commit)) use('PHONE', userId, call, createdAt);
        else if (after.root?.phone !== claimedPhoneOf(call)) {
          blame(`${call.name} verifies a phone that no token names`);
        }
      }
      const code = codeMadeBy(commit);
      if (!code) return;
      const number = code.kind === 'PHONE' ? after.root?.phone : after.root?.verifiedPhone;
      const { expiresAt } = code.event as { readonly expiresAt?: string };
      const waits = { name: code.name, number, expiresAt: expiresAt ?? '' };
      waiting.set(`${userId} ${code.kind}`, waits);
      made.set(call, waits);
    },

    erased(userId) {
      for (const kind of ['PHONE', 'OTP_SMS']) waiting.delete(`${userId} ${kind}`);
    },

    sent({ call, digits }) {
      const code = made.get(call);
      if (code) digitsOf.set(code.name, digits);
    },
  };
};
