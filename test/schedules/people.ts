import type { Caller } from '../../lib/auth/callers.ts';
import type { Answer, Intent } from './calls.ts';
import type { Random } from './random.ts';

/** Somebody, with the phones in their hands. */
export type Person = { readonly numbers: readonly string[] };

/** What a session remembers of its answers. */
type Memory = {
  number?: string | undefined;
  isVerified?: boolean;
  isEnrolled?: boolean;
  challengeId?: string | undefined;
  proof?: string | undefined;
};

/**
 * Somebody at a device, signed in to an account, the own one or another's whose password is known; or about to sign in, at
 * a service that asks for the second factor.
 */
export type Session = {
  readonly name: string;
  readonly person: Person;
  /** Whose account it is. */
  readonly userId: string;
  readonly caller: Caller;
  readonly address: string;
  /** Numbers that may be set. */
  readonly interest: readonly string[];
  /** How often it types a code by chance, beside how often the latest that it can read. */
  readonly guesses: number;
  readonly memory: Memory;
};

const ALICE: Person = { numbers: ['+41791110001', '+491511110002'] };
const BOB: Person = { numbers: ['+41792220001'] };
const HELPER: Person = { numbers: [] };
const MALLORY: Person = { numbers: ['+41796660001'] };

/** The service that signs users in, and the one that helps them. */
const LOGIN: Caller = { kind: 'service', subject: 'login', permissions: ['CHALLENGE'] };
const HELP_DESK: Caller = { kind: 'service', subject: 'help desk', permissions: ['CHALLENGE', 'READ', 'WRITE'] };

/** Who holds a number in hand. */
export const holderOf = (number: string): Person | undefined =>
  [ALICE, BOB, MALLORY].find(({ numbers }) => numbers.includes(number));

/** What a schedule may be about, beside chance. */
export type Setting = {
  /** What the identity provider is trusted with: it names a verified phone. */
  readonly trustsPhones: boolean;
  /** Whether it names an organisation, and whether that is always the same. */
  readonly owners: readonly (string | undefined)[];
  /** Whether users who are to step up may sign in anew. */
  readonly reauthenticates: boolean;
};

/**
 * The sessions of a schedule: Alice with two, and with a second account on the same phone; Bob; Mallory, who has a token of
 * Alice's first factor and an account of the own, under which Alice's number is set. Both are at the login of Alice's account,
 * which a help desk looks after.
 */
export const createSessions = (random: Random, setting: Setting, nowSeconds: number): readonly Session[] => {
  const [mobile = '', other = ''] = ALICE.numbers;
  const interests = new Map([
    [ALICE, [mobile, other]],
    [BOB, BOB.numbers],
    [HELPER, [mobile, other]],
    [MALLORY, [...MALLORY.numbers, mobile]],
  ]);
  const callerOf = (person: Person, userId: string): Caller => {
    const owner = random.pick(setting.owners);
    const isOwn = person !== MALLORY || userId === 'mallory';
    const adopted = setting.trustsPhones && userId === 'alice';
    return {
      kind: 'user',
      userId,
      ...(owner !== undefined && { claimedOwner: owner }),
      ...(adopted && { claimedPhone: { phone: mobile, country: 'CH' } }),
      ...(setting.reauthenticates && isOwn && { authentication: { authTime: nowSeconds, acr: 'mfa', amr: [] } }),
    };
  };
  const session = (
    name: string,
    person: Person,
    userId: string,
    address: string,
    caller = callerOf(person, userId),
  ): Session => {
    const guesses = random.pick([0.1, 0.1, 8]);
    return { name, person, userId, address, caller, interest: interests.get(person) ?? [], guesses, memory: {} };
  };
  return [
    session('Alice', ALICE, 'alice', '203.0.113.1'),
    session('Alice (tablet)', ALICE, 'alice', '2001:db8::1'),
    session('Alice at work', ALICE, 'alice-at-work', '203.0.113.1'),
    session('Bob', BOB, 'bob', '2001:db8::2'),
    session('Mallory as Alice', MALLORY, 'alice', '198.51.100.1'),
    session('Mallory', MALLORY, 'mallory', '198.51.100.1'),
    session('Alice at the login', ALICE, 'alice', '203.0.113.1', LOGIN),
    session('Mallory at the login', MALLORY, 'alice', '198.51.100.1', LOGIN),
    session('The help desk', HELPER, 'alice', '203.0.113.1', HELP_DESK),
  ];
};

type Told = {
  readonly challenge?: { readonly challengeId: string };
  readonly proof?: string;
  readonly phone?: { readonly phone: string; readonly isPhoneVerified?: boolean };
  readonly result?: readonly object[];
};

/** Remembers what an answer says. */
export const learn = ({ session: { memory }, operation, body }: Intent, { reason, message }: Answer): void => {
  if (reason === 'STEP_UP_REQUIRED' || reason === 'OTP_SMS_ALREADY_ADDED') memory.isEnrolled = true;
  if (!message) return;
  const { challenge, proof, phone, result } = message as Told;
  if (operation === 'setPhone') Object.assign(memory, { number: body.phone, isVerified: false });
  if (operation === 'verifyPhone' || operation === 'verifyUserPhone') memory.isVerified = true;
  if (operation === 'addOtpSms') memory.isEnrolled = true;
  if (operation === 'removeOtpSms') memory.isEnrolled = false;
  if (operation === 'removePhone') Object.assign(memory, { number: undefined, isVerified: false, isEnrolled: false });
  if (operation === 'getPhone') {
    Object.assign(memory, { number: phone?.phone, isVerified: phone?.isPhoneVerified ?? false });
  }
  if (operation === 'listAuthFactors') memory.isEnrolled = result !== undefined;
  if (challenge) memory.challengeId = challenge.challengeId;
  if (operation === 'checkOtpSms' || operation === 'checkUserOtpSms')
    Object.assign(memory, { proof, challengeId: undefined });
};
