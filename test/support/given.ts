import { createHash } from 'node:crypto';
import { type Context, type Decide, type Outcome, run } from '../../lib/domain/decision.ts';
import type { Fact } from '../../lib/domain/events.ts';
import { maskPhoneNumber } from '../../lib/domain/phoneNumber.ts';
import type { Policy } from '../../lib/domain/policy.ts';
import type { User } from '../../lib/domain/user.ts';

/** The moment at which the tests of the domain begin. */
export const NOW = new Date('2026-01-01T12:00:00.000Z');

/** The rules of the tests of the domain. */
export const POLICY: Policy = {
  defaultOwner: 'owner',
  codeLife: 300,
  codeDigits: 6,
  firstWait: 30,
  messagesPerDay: 10,
  lockAfter: 10,
  stepUp: 'off',
  countries: new Set(['CH']),
};

/** A context some seconds after the beginning. */
export const at = (seconds: number, context: Partial<Context> = {}): Context => ({
  now: new Date(NOW.getTime() + seconds * 1000),
  editor: 'user',
  policy: POLICY,
  ...context,
});

/** The user to whom the facts happened, all of them at the beginning unless a context says otherwise. */
export const given = (facts: readonly Fact[], context: Context = at(0)): User =>
  run(() => ({ facts }), {}, undefined, context).after;

/** What a decision comes to: the types of its events, and the reason of its refusal. */
export const comesTo = ({ events, refusal }: Outcome) => ({
  events: events.map(({ type }) => type.replace('user.human.', '')),
  reason: refusal?.reason,
});

/** The outcome of a command. */
export const when = <Command>(user: User, decide: Decide<Command>, command: Command, context: Context = at(0)) =>
  run(decide, user, command, context);

export const A = '+41791234567';
export const B = '+41797654321';

/** What stands for a number in the log. */
const phoneHash = (phone: string): string => createHash('sha256').update(phone).digest('base64url').slice(0, 22);

/** What stands for the id of every challenge. */
export const CHALLENGE = { challengeHash: 'id' };

/** A code made for a number, of no country where that is `null`; its hash stands for its digits. */
export const code = (phone: string, hash: string, country: string | null = 'CH') => ({
  phone,
  ...(country !== null && { country }),
  hash,
  phoneHash: phoneHash(phone),
  salt: 'salt',
  purpose: 'LOGIN' as const,
  ...CHALLENGE,
});

/** A guess at a login code, by whoever has the id of the challenge. */
export const guess = (hash: string) => ({ hash, ...CHALLENGE });

/** Facts that many tests begin with. */
export const facts = {
  changed: (phone: string): Fact => ({
    type: 'user.human.phone.changed',
    maskedPhone: maskPhoneNumber(phone),
    phoneHash: phoneHash(phone),
    unlogged: { phone },
  }),
  sent: (hash: string, expiresAt = new Date(NOW.getTime() + 300_000).toISOString()): Fact => ({
    type: 'user.human.phone.code.added',
    expiresAt,
    codeLength: 6,
    unlogged: { hash },
  }),
  verified: (phone: string): Fact => ({ type: 'user.human.phone.verified', maskedPhone: maskPhoneNumber(phone) }),
  added: { type: 'user.human.mfa.otp.sms.added' } satisfies Fact,
  challenged: (hash: string, expiresAt = new Date(NOW.getTime() + 300_000).toISOString()): Fact => ({
    type: 'user.human.mfa.otp.sms.code.added',
    expiresAt,
    codeLength: 6,
    purpose: 'LOGIN',
    unlogged: { hash, ...CHALLENGE },
  }),
};
