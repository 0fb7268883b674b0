import { describe, expect, it } from 'vitest';
import type { Authority, Event, Fact } from '../../lib/domain/events.ts';
import { FOR_GOOD } from '../../lib/domain/failedAttempts.ts';
import { evolve, phoneOf, type Root, type User, verifiedPhoneOf } from '../../lib/domain/user.ts';
import { A, B, CHALLENGE, NOW } from '../support/given.ts';

const T0 = NOW.toISOString();
const T1 = new Date(NOW.getTime() + 1_000).toISOString();
const LATER = new Date(NOW.getTime() + 600_000).toISOString();

/** A user with everything that a user can have: the factor on, both codes pending, another number that waits. */
const ROOT: Root = {
  sequence: 9,
  resourceOwner: 'owner',
  creationDate: T0,
  changeDate: T0,
  phone: B,
  phoneCountry: 'LI',
  verifiedPhone: A,
  verifiedPhoneCountry: 'CH',
  authorisedUntil: LATER,
  usedAuthTime: 1,
  phoneResendBackoff: { sends: 1, sentAt: T0 },
  phoneFailedAttempts: { failures: 1 },
  otpSmsResendBackoff: { sends: 2, sentAt: T0 },
  otpSmsFailedAttempts: { failures: 2 },
  phoneSends: [1, NOW.getTime()],
  otpSmsSends: [2, NOW.getTime()],
  otpSmsAdditions: [3, NOW.getTime()],
};
const CODE = { sequence: 8, codeLength: 6, hash: 'h', expiresAt: LATER, failedAttempts: 0 };
const USER = {
  root: ROOT,
  otpSms: { sequence: 7, enrolledAt: 4, creationDate: T0, changeDate: T0 },
  phoneCode: { ...CODE, phone: B, country: 'LI', salt: 's' },
  otpSmsCode: { ...CODE, phone: A, country: 'CH', purpose: 'LOGIN', challengeHash: 'id' },
} as const satisfies User;

const happens = (user: User, fact: Fact): User => {
  const sequence = (user.root?.sequence ?? 0) + 1;
  return evolve(user, { ...fact, sequence, createdAt: T1, editor: 'user', resourceOwner: 'owner' } as Event);
};

const without = <T extends object>(value: T, ...names: (keyof T)[]): Partial<T> =>
  Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name as keyof T))) as Partial<T>;

const AFTER = { sequence: 10, changeDate: T1 };
const FACTOR = { ...USER.otpSms, sequence: 10, changeDate: T1 };
const SENT = { expiresAt: LATER, codeLength: 7 };

/** What happens to the user with everything, and what there is afterwards. */
const ROWS: readonly (readonly [Fact, object])[] = [
  [{ type: 'user.human.resourceowner.changed' }, { ...USER, root: { ...ROOT, ...AFTER } }],
  [
    { type: 'user.human.phone.changed', maskedPhone: '', unlogged: { phone: A } },
    {
      ...without(USER, 'phoneCode'),
      root: { ...without(ROOT, 'phoneCountry', 'authorisedUntil'), ...AFTER, phone: A },
    },
  ],
  [
    { type: 'user.human.phone.changed', maskedPhone: '', authorisedUntil: T1, unlogged: { phone: A, country: 'CH' } },
    { ...without(USER, 'phoneCode'), root: { ...ROOT, ...AFTER, phone: A, phoneCountry: 'CH', authorisedUntil: T1 } },
  ],
  [
    { type: 'user.human.phone.change.cancelled' },
    {
      ...without(USER, 'phoneCode'),
      root: { ...without(ROOT, 'authorisedUntil'), ...AFTER, phone: A, phoneCountry: 'CH' },
    },
  ],
  [
    { type: 'user.human.phone.code.added', ...SENT, country: 'LI', unlogged: { hash: 'new', salt: 't' } },
    {
      ...USER,
      root: {
        ...ROOT,
        ...AFTER,
        phoneResendBackoff: { sends: 2, sentAt: T1 },
        phoneSends: [NOW.getTime(), NOW.getTime() + 1_000],
      },
      phoneCode: { sequence: 10, phone: B, country: 'LI', ...SENT, hash: 'new', salt: 't', failedAttempts: 0 },
    },
  ],
  [
    { type: 'user.human.phone.verified', maskedPhone: '' },
    {
      root: {
        ...without(ROOT, 'authorisedUntil', 'phoneResendBackoff', 'phoneFailedAttempts', 'otpSmsFailedAttempts'),
        ...AFTER,
        verifiedPhone: B,
        verifiedPhoneCountry: 'LI',
      },
      otpSms: { ...FACTOR, enrolledAt: 10 },
    },
  ],
  [
    { type: 'user.human.phone.verification.failed', failures: 5, lockedUntil: LATER },
    {
      ...USER,
      root: { ...ROOT, ...AFTER, phoneFailedAttempts: { failures: 5, lockedUntil: LATER } },
      phoneCode: { ...USER.phoneCode, sequence: 10, failedAttempts: 1 },
    },
  ],
  [
    { type: 'user.human.phone.removed' },
    {
      otpSms: USER.otpSms,
      root: {
        ...without(ROOT, 'phone', 'phoneCountry', 'verifiedPhone', 'verifiedPhoneCountry', 'authorisedUntil'),
        ...AFTER,
      },
    },
  ],
  [
    { type: 'user.human.mfa.otp.sms.added' },
    {
      ...USER,
      root: { ...ROOT, ...AFTER, otpSmsAdditions: [NOW.getTime(), NOW.getTime() + 1_000] },
      otpSms: FACTOR,
    },
  ],
  [
    { type: 'user.human.mfa.otp.sms.removed' },
    { ...without(USER, 'otpSms', 'otpSmsCode'), root: { ...without(ROOT, 'authorisedUntil'), ...AFTER } },
  ],
  [
    { type: 'user.human.mfa.otp.sms.unlocked' },
    { ...USER, root: { ...without(ROOT, 'otpSmsFailedAttempts', 'phoneFailedAttempts'), ...AFTER } },
  ],
  [
    { type: 'user.human.mfa.otp.sms.code.added', ...SENT, purpose: 'STEP_UP', unlogged: { hash: 'n', ...CHALLENGE } },
    {
      ...USER,
      root: {
        ...ROOT,
        ...AFTER,
        otpSmsResendBackoff: { sends: 3, sentAt: T1 },
        otpSmsSends: [NOW.getTime(), NOW.getTime() + 1_000],
      },
      otpSms: FACTOR,
      otpSmsCode: { sequence: 10, phone: A, ...SENT, purpose: 'STEP_UP', hash: 'n', ...CHALLENGE, failedAttempts: 0 },
    },
  ],
  [
    { type: 'user.human.mfa.otp.sms.check.failed', failures: 100, lockedUntil: FOR_GOOD, unlogged: CHALLENGE },
    {
      ...USER,
      root: { ...ROOT, ...AFTER, otpSmsFailedAttempts: { failures: 100, lockedUntil: FOR_GOOD } },
      otpSms: FACTOR,
      otpSmsCode: { ...USER.otpSmsCode, sequence: 10, failedAttempts: 1 },
    },
  ],
  [
    { type: 'user.human.mfa.otp.sms.check.succeeded', unlogged: CHALLENGE },
    {
      ...without(USER, 'otpSmsCode'),
      root: { ...without(ROOT, 'otpSmsResendBackoff', 'otpSmsFailedAttempts'), ...AFTER },
      otpSms: FACTOR,
    },
  ],
];

describe('a user who has everything', () => {
  it.each(ROWS)('is changed by $type in what it is about, and in nothing else', (fact, expected) => {
    expect(happens(USER, fact)).toStrictEqual(expected);
  });
});

describe('a user of whom nothing is known', () => {
  it('begins with the first event, as its owner and its time are', () => {
    const fact: Fact = { type: 'user.human.phone.changed', maskedPhone: '', unlogged: { phone: A } };
    const event = { ...fact, sequence: 1, createdAt: T0, editor: 'user', resourceOwner: 'owner' } as Event;
    const root = { resourceOwner: 'owner', creationDate: T0, sequence: 1, changeDate: T0, phone: A };

    expect(evolve({}, event)).toStrictEqual({ root });
    expect(evolve({}, { ...event, ownerIsDefault: true })).toStrictEqual({ root: { ...root, ownerIsDefault: true } });
  });

  it('has wrong codes counted without a code, and a number without a country', () => {
    const { root } = happens({}, { type: 'user.human.phone.verification.failed', failures: 1 });
    expect(root?.phoneFailedAttempts).toStrictEqual({ failures: 1 });
    const guessed = happens({}, { type: 'user.human.mfa.otp.sms.check.failed', failures: 1, unlogged: CHALLENGE });
    expect(Object.keys(guessed)).toEqual(['root', 'otpSms']);
    expect(Object.keys(happens({}, { type: 'user.human.phone.verification.failed', failures: 1 }))).toEqual(['root']);
    const set = happens({}, { type: 'user.human.phone.changed', maskedPhone: '', unlogged: { phone: A } });
    const proven = happens(set, { type: 'user.human.phone.verified', maskedPhone: '' });
    expect([phoneOf(proven), verifiedPhoneOf(proven)]).toStrictEqual([{ phone: A }, { phone: A }]);
    expect([phoneOf({}), verifiedPhoneOf(set)]).toStrictEqual([undefined, undefined]);
  });

  it('has the first named owner in the place of a default one', () => {
    const event = { sequence: 2, createdAt: T1, editor: 'user', resourceOwner: 'tenant' } as const;
    const user = { root: { ...without(ROOT), ownerIsDefault: true } } as User;
    const { root } = evolve(user, { type: 'user.human.resourceowner.changed', ...event });
    expect(root).toStrictEqual({ ...ROOT, sequence: 2, changeDate: T1, resourceOwner: 'tenant' });
  });
});

describe('a re-authentication', () => {
  const by: Authority = { by: 'REAUTHENTICATION', authTime: 77 };
  const removed: Fact = { type: 'user.human.mfa.otp.sms.removed' };

  it.each<[string, Fact, number]>([
    ['is used up by what it allows', { ...removed, allowedBy: by }, 77],
    ['is left as it was by a proof', { ...removed, allowedBy: { by: 'PROOF', jti: 'j' } }, 1],
    [
      'is not used up by a wrong code, which a right one may follow',
      { type: 'user.human.phone.verification.failed', failures: 1, allowedBy: by },
      1,
    ],
  ])('%s', (_, fact, usedAuthTime) => {
    expect(happens(USER, fact).root).toMatchObject({ usedAuthTime });
  });
});
