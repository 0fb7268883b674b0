import type { Permission } from '../../lib/config/services.ts';
import type { Intent, Name } from './calls.ts';
import type { Session } from './people.ts';
import type { Phones } from './phones.ts';
import type { Random } from './random.ts';

/** What a request is made up from. */
export type Circumstances = {
  readonly session: Session;
  readonly sessions: readonly Session[];
  readonly random: Random;
  readonly phones: Phones;
};

type Body = Intent['body'];

const needsCode = ({ memory }: Session): boolean => memory.number !== undefined && !memory.isVerified;

/** How much a session wants what is done by user id: a service that has the permission much, users hardly. */
const asService = (permission: Permission, much: number, session: Session): number => {
  const { caller } = session;
  return caller.kind === 'service' && caller.permissions.includes(permission) ? much : 0.2;
};

/** How an operation is driven: how much a session wants it, beside the others, and what it asks for. */
type Drive = { readonly wants: (session: Session) => number; readonly body?: (from: Circumstances) => Body };

/** The code that the session can read, mostly; one that came before it, one by chance, or what is none. */
const code = ({ session: { person, guesses }, random, phones }: Circumstances): string => {
  const [latest = phones.wrongDigits(), former = latest] = phones.codesOf(person.numbers).toReversed();
  return random.weighted([
    [1, latest],
    [0.1, former],
    [guesses, phones.wrongDigits()],
    [0.12, '1234'],
    [0.02, 'no code'],
  ]);
};

const challenge = ({ session: { memory }, random }: Circumstances): Body => ({
  purpose: random.pick(['PURPOSE_LOGIN', 'PURPOSE_STEP_UP', 'PURPOSE_STEP_UP']),
  challengeId: random.chance(0.15) ? (memory.challengeId ?? 'unknown') : '',
});

const check = (from: Circumstances): Body => {
  const { session, sessions, random } = from;
  const { memory } = random.chance(0.95) ? session : random.pick(sessions);
  return { code: code(from), challengeId: memory.challengeId ?? 'unknown' };
};

/**
 * How each operation of the API is driven. What a session learns makes it want what comes next, as people do, and now and
 * then anything else, as attackers do.
 */
export const DRIVES = {
  setPhone: {
    wants: ({ memory }) => (memory.number === undefined ? 6 : memory.proof ? 5 : 1),
    body: ({ session: { interest }, random }) => ({
      phone: random.weighted([
        [20, random.pick(interest)],
        [0.5, 'no number'],
        [0.5, '+12015550123'],
        [0.3, ''],
      ]),
    }),
  },
  verifyPhone: {
    wants: (session) => (needsCode(session) ? 7 : 0.5),
    body: (from) => ({ code: code(from) }),
  },
  resendPhoneVerification: { wants: (session) => (needsCode(session) ? 2 : 0.3) },
  addOtpSms: { wants: ({ memory }) => (memory.isVerified && !memory.isEnrolled ? 8 : 0.4) },
  challengeOtpSms: { wants: ({ memory }) => (memory.isEnrolled ? 5 : 0.3), body: challenge },
  checkOtpSms: { wants: ({ memory }) => (memory.challengeId !== undefined ? 8 : 0.2), body: check },
  challengeUserOtpSms: { wants: (session) => asService('CHALLENGE', 30, session), body: challenge },
  checkUserOtpSms: {
    wants: (session) => (session.memory.challengeId === undefined ? 0 : asService('CHALLENGE', 60, session)),
    body: check,
  },
  getUserOtpSms: { wants: (session) => asService('READ', 10, session) },
  listUserEvents: {
    wants: (session) => asService('READ', 10, session),
    body: ({ random }) => ({ pageSize: random.pick(['', '2']) }),
  },
  unlockUserOtpSms: { wants: (session) => asService('WRITE', 20, session), body: () => ({ reason: 'asked for' }) },
  addUserOtpSms: { wants: (session) => asService('WRITE', 10, session) },
  listUserMethods: { wants: (session) => asService('READ', 5, session) },
  listUserFactors: { wants: (session) => asService('READ', 5, session) },
  verifyUserPhone: {
    wants: (session) => (needsCode(session) ? 2 : 0) + asService('WRITE', 10, session),
    body: (from) => ({ verificationCode: code(from) }),
  },
  resendUserPhoneCode: {
    wants: (session) => asService('WRITE', 10, session),
    body: ({ random }) => random.pick([{}, { returnCode: 'true' }]),
  },
  deleteUser: { wants: (session) => asService('WRITE', 5, session) },
  removeUserOtpSms: { wants: (session) => asService('WRITE', 10, session) },
  removeUserPhone: { wants: (session) => asService('WRITE', 10, session) },
  setUserPhone: {
    wants: (session) => asService('WRITE', 20, session),
    body: ({ session: { interest }, random }) => ({
      phone: random.pick(interest),
      ...random.pick([{}, {}, { isVerified: 'true' }, { returnCode: 'true' }]),
    }),
  },
  removeOtpSms: { wants: ({ memory }) => (memory.proof ? 5 : memory.isEnrolled ? 1 : 0.2) },
  removePhone: { wants: ({ memory }) => (memory.number !== undefined ? 0.7 : 0.2) },
  getPhone: { wants: () => 0.5 },
  listAuthFactors: { wants: () => 0.5 },
} satisfies Readonly<Record<Name, Drive>>;

const NAMES = Object.keys(DRIVES) as Name[];

/** What a session asks for next: an operation that is given, or one that it wants. */
export const nextRequest = (
  from: Circumstances,
  operation = from.random.weighted(NAMES.map((name) => [DRIVES[name].wants(from.session), name] as const)),
): { readonly operation: Name; readonly body: Body } => {
  const { body = () => ({}) }: Drive = DRIVES[operation];
  return { operation, body: body(from) };
};
