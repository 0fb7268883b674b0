import { describe, expect, it } from 'vitest';
import { DEFAULT_OWNER } from '../../infra/local/users.ts';
import { accept, run } from '../../lib/domain/decision.ts';
import { createDocumentClient } from '../../lib/storage/client.ts';
import { createUserStore } from '../../lib/storage/userStore.ts';
import { someone, startIssuer, users } from '../support/api.ts';
import { fromSetup } from '../support/environment.ts';
import { factorOf, reasonOf, somePhone } from '../support/factor.ts';
import { POLICY } from '../support/given.ts';
import { EVERY_OPERATION, type EveryName } from '../support/operations.ts';
import { itemsOf } from '../support/partition.ts';
import { type Claims, OWNER, servicesOf } from '../support/services.ts';

const issuer = await startIssuer();
const call = servicesOf(issuer);
const withoutServices = servicesOf(issuer, {
  SERVICE_SUBJECTS: '',
  SERVICE_SCOPE_CHALLENGE: '',
  SERVICE_SCOPE_READ: '',
  SERVICE_SCOPE_WRITE: '',
  SERVICE_ALL_OWNERS: '',
});
const NAMES = Object.keys(EVERY_OPERATION) as EveryName[];
const HOME = 'home';

/** Everybody who may knock. */
const CALLERS: Readonly<Record<string, (userId: string) => Claims>> = {
  'the user': (sub) => ({ sub, [OWNER]: HOME }),
  'another user': () => ({ sub: someone(), [OWNER]: HOME }),
  "another user who was given a service's scopes": () => ({
    sub: someone(),
    [OWNER]: HOME,
    scope: 'otp:challenge otp:read otp:write',
  }),
  'a service without a permission': () => ({ sub: 'login', [OWNER]: HOME, scope: 'openid' }),
  'a service that may challenge': () => ({ sub: 'login', [OWNER]: HOME, scope: 'openid otp:challenge' }),
  'a service that may read': () => ({ sub: 'desk', [OWNER]: HOME, scp: ['otp:read'] }),
  'a service that may write': () => ({ sub: 'desk', [OWNER]: HOME, permissions: ['otp:write'] }),
  'a service whose permission is a role': () => ({
    sub: 'login',
    [OWNER]: HOME,
    idtyp: 'app',
    roles: ['otp:challenge'],
  }),
  'a service of another organisation': () => ({ sub: 'desk', [OWNER]: 'abroad', scope: 'otp:write' }),
  'a service of no organisation': () => ({ sub: 'desk', scope: 'otp:write' }),
  'a service of all organisations': () => ({ sub: 'everywhere', [OWNER]: 'abroad', scope: 'otp:write' }),
};

const SELF = ['the user'];
const CHALLENGERS = [
  'a service that may challenge',
  'a service that may write',
  'a service whose permission is a role',
  'a service of all organisations',
];

const WRITERS = ['a service that may write', 'a service of all organisations'];
const READERS = ['a service that may read', ...WRITERS];

/** Who is let in, operation by operation; a new one does not compile before it has its row. */
const MAY: Readonly<Record<EveryName, readonly string[]>> = {
  addOtpSms: SELF,
  removeOtpSms: SELF,
  listAuthFactors: SELF,
  getPhone: SELF,
  setPhone: SELF,
  verifyPhone: SELF,
  resendPhoneVerification: SELF,
  removePhone: SELF,
  challengeOtpSms: SELF,
  checkOtpSms: SELF,
  challengeUserOtpSms: [...SELF, ...CHALLENGERS],
  checkUserOtpSms: [...SELF, ...CHALLENGERS],
  getUserOtpSms: [...SELF, ...READERS],
  unlockUserOtpSms: WRITERS,
  removeUserOtpSms: [...SELF, ...WRITERS],
  setUserPhone: [...SELF, ...WRITERS],
  removeUserPhone: [...SELF, ...WRITERS],
  listUserEvents: READERS,
  deleteUser: WRITERS,
  addUserOtpSms: [...SELF, ...WRITERS],
  verifyUserPhone: [...SELF, ...WRITERS],
  resendUserPhoneCode: [...SELF, ...WRITERS],
  listUserMethods: [...SELF, ...READERS],
  listUserFactors: [...SELF, ...READERS],
};

const isShut = (reason: unknown) => ['PERMISSION_DENIED', 'RESOURCE_OWNER_MISMATCH'].includes(String(reason));
const BODY = {
  phone: '+41791234567',
  code: '000000',
  challengeId: 'unknown',
  verificationCode: '000000',
  reason: 'lost',
};

const enrolled = async (resourceOwner?: string) => {
  const { caller } = factorOf(issuer);
  const user = await caller(someone(), somePhone(), resourceOwner === undefined ? {} : { [OWNER]: resourceOwner });
  await users.put(user.sub, {
    phone: user.phone,
    verified: true,
    ...(resourceOwner !== undefined && { resourceOwner }),
  });
  await user.call('addOtpSms');
  return user;
};

describe('the doors of users', () => {
  it.each(NAMES)('%s lets in who may do it, and nobody else', async (name) => {
    for (const [who, claims] of Object.entries(CALLERS)) {
      const { sub } = await enrolled(HOME);
      const before = await itemsOf(sub);
      const reason = reasonOf(await call(claims(sub), name, sub, BODY));
      const isOwn = EVERY_OPERATION[name].http.includes('/users/me');
      // A user's own paths name nobody: whoever calls them calls them for themselves, unless it is a service.
      const mayCall = isOwn ? !/^a service (?!without)/.test(who) : MAY[name].includes(who);
      expect([who, isShut(reason)]).toEqual([who, !mayCall]);
      if (!mayCall) expect(await itemsOf(sub)).toEqual(before);
    }
  });

  it('are shut to services as long as none is named', async () => {
    const { sub } = await enrolled(HOME);
    for (const claims of Object.values(CALLERS)) {
      const { sub: caller } = claims(sub);
      if (caller === sub) continue;
      expect(reasonOf(await withoutServices(claims(sub), 'challengeUserOtpSms', sub))).toBe('PERMISSION_DENIED');
    }
  });

  it.each([
    ['CHALLENGE', 'otp:challenge'],
    ['WRITE', 'otp:write'],
  ])('are shut as long as the permission has no name: %s', async (permission, scope) => {
    const { sub } = await enrolled(HOME);
    const shut = servicesOf(issuer, { [`SERVICE_SCOPE_${permission}`]: '' });
    const claims = { sub: 'desk', [OWNER]: HOME, scope };
    expect(reasonOf(await shut(claims, 'challengeUserOtpSms', sub))).toBe('PERMISSION_DENIED');
    expect(reasonOf(await call(claims, 'challengeUserOtpSms', sub))).toBe('OK');
  });

  it.each([
    ['a longer name', { scope: 'otp:challenge:all' }],
    ['a name in the middle of an element', { scp: ['openid otp:challenge'] }],
    ['a name in another claim', { scope: 'openid', groups: ['otp:challenge'] }],
  ])('do not open to %s', async (_, claims) => {
    const { sub } = await enrolled(HOME);
    const service = { sub: 'login', [OWNER]: HOME, ...claims };
    expect(reasonOf(await call(service, 'challengeUserOtpSms', sub))).toBe('PERMISSION_DENIED');
  });

  it.each(['log', 'login2', 'LOGIN'])('do not open to a subject like one: %s', async (subject) => {
    const { sub } = await enrolled(HOME);
    const claims = { sub: subject, [OWNER]: HOME, scope: 'otp:challenge' };
    expect(reasonOf(await call(claims, 'challengeUserOtpSms', sub))).toBe('PERMISSION_DENIED');
  });

  it('open to every subject with a permission where the deployment says so by *', async () => {
    const { sub } = await enrolled(HOME);
    const open = servicesOf(issuer, { SERVICE_SUBJECTS: '*' });
    const claims = { sub: someone(), [OWNER]: HOME, scope: 'otp:challenge' };
    expect(reasonOf(await open(claims, 'challengeUserOtpSms', sub))).toBe('OK');
  });
});

describe('the organisation of a service', () => {
  const desk = (owner?: string) => ({
    sub: 'desk',
    scope: 'otp:write',
    ...(owner !== undefined && { [OWNER]: owner }),
  });
  const everywhere = { sub: 'everywhere', scope: 'otp:write' };
  const header = (owner: string) => ({ 'x-zitadel-orgid': owner });

  it.each<[string, string | undefined, Claims, Record<string, string>, string]>([
    ['its own', HOME, desk(HOME), {}, 'OK'],
    ['its own, named once more', HOME, desk(HOME), header(HOME), 'OK'],
    ['its own, though it names another', HOME, desk(HOME), header('abroad'), 'RESOURCE_OWNER_MISMATCH'],
    ['another, though it names that', 'abroad', desk(HOME), header('abroad'), 'RESOURCE_OWNER_MISMATCH'],
    ['another', 'abroad', desk(HOME), {}, 'RESOURCE_OWNER_MISMATCH'],
    ['the default one, where its token names none', undefined, desk(), {}, 'OK'],
    ['the default one, where its token names that', undefined, desk(DEFAULT_OWNER), {}, 'OK'],
    ['the default one, where its token names another', undefined, desk('abroad'), {}, 'RESOURCE_OWNER_MISMATCH'],
    ['any, where its token names none', HOME, desk(), {}, 'RESOURCE_OWNER_MISMATCH'],
    ['any, where it acts for all', HOME, everywhere, {}, 'OK'],
    ['any, where it acts for all and names that', HOME, everywhere, header(HOME), 'OK'],
    ['any, where it acts for all but names another', HOME, everywhere, header('abroad'), 'RESOURCE_OWNER_MISMATCH'],
  ])('lets it act for a user of %s', async (_, owner, claims, headers, expected) => {
    const { sub } = await enrolled(owner);
    expect(reasonOf(await call(claims, 'challengeUserOtpSms', sub, {}, headers))).toBe(expected);
  });

  it('never becomes that of a user who has a default one', async () => {
    const { sub } = await enrolled();
    await call({ ...everywhere, [OWNER]: 'abroad' }, 'challengeUserOtpSms', sub);
    const owners = (await users.events(sub)).map(({ resourceOwner }) => resourceOwner);
    expect(new Set(owners)).toEqual(new Set([DEFAULT_OWNER]));
  });
});

describe('a number that nobody vouches for', () => {
  const store = createUserStore(createDocumentClient(), fromSetup('TABLE_NAME'));
  const vouched = { type: 'user.human.phone.verified', maskedPhone: '+41*******67', vouched: true } as const;

  it.each([
    ['a service', { by: 'SERVICE' }, true],
    ['a user', undefined, false],
    ['an operator', { by: 'OPERATOR', reason: 'lost' }, false],
  ] as const)('is not taken by the database, past the rules: %s', async (_, allowedBy, committed) => {
    const { caller } = factorOf(issuer);
    const user = await caller();
    await user.call('setPhone', { phone: user.phone });
    const loaded = await store.load(user.sub);
    const fact = { ...vouched, ...(allowedBy && { allowedBy }) };
    const context = { now: new Date(), editor: 'desk', policy: POLICY };
    const outcome = run(() => accept(fact), loaded, undefined, context);
    expect(await store.commit(user.sub, outcome, [])).toMatchObject({ committed });
  });
});
