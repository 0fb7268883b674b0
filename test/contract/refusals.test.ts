import { afterAll, describe, expect, it } from 'vitest';
import { ApiError, type Reason } from '../../lib/errors/errors.ts';
import { CODE_KEY_ARN, PROOF_KEY_ARN } from '../packaged/environment.ts';
import { type Answer, callFunctionsAt, configFor, startIssuer } from '../support/api.ts';
import { SOME_CHALLENGE } from '../support/challengeIds.ts';
import { eraserOf } from '../support/erasing.ts';
import { failingNumber } from '../support/failingNumber.ts';
import { cancelled, failing, pass, startFaultyEngine } from '../support/faultyEngine.ts';
import { codeFor, createApi, enrol, type Person, prove, skip, somePhone, stopClock, wrong } from '../support/person.ts';
import { servicesOf } from '../support/services.ts';
import { STEP_UP } from '../support/stepUp.ts';

stopClock();
const issuer = await startIssuer();
const engine = await startFaultyEngine();
afterAll(() => engine.shut());
callFunctionsAt(engine.endpoint);
process.env.AWS_ENDPOINT_URL_KMS = 'http://127.0.0.1:9';

/** Proofs whose key cannot be had. */
const PROOF = { iss: STEP_UP.PROOF_ISSUER, aud: STEP_UP.PROOF_ISSUER };

const api = createApi(issuer, { SMS_BUDGET_NUMBER: '1000000', SMS_BUDGET_LOGIN_NUMBER: '1000000' });
const scoped = createApi(issuer, { REQUIRED_SCOPE: 'otp_sms' });
const keyless = createApi(issuer, { JWKS_URI: 'http://127.0.0.1:9/keys' });
const withoutKms = createApi(issuer, { CODE_KEY: '', CODE_KEY_ID: CODE_KEY_ARN });
const swiss = createApi(issuer, { SMS_COUNTRIES: 'CH,LI' });
const thrifty = createApi(issuer, { SMS_BUDGET_USER: '1' });

const careful = createApi(issuer, STEP_UP);
const withoutProofKey = createApi(issuer, {
  ...STEP_UP,
  CODE_KEY: '',
  CODE_KEY_ID: CODE_KEY_ARN,
  PROOF_KEY: '',
  PROOF_KEY_ID: PROOF_KEY_ARN,
});
const erase = eraserOf(configFor(issuer));

const owner = (id: string) => ({ claims: { 'urn:zitadel:iam:user:resourceowner:id': id } });
const key = (text: string) => ({ 'idempotency-key': text });

type Provoke = (me: Person) => Promise<Answer>;

const set = (me: Person, phone = me.phone) => me.call('setPhone', { phone });

const afterSetting =
  (then: Provoke): Provoke =>
  async (me) => {
    await set(me);
    return then(me);
  };

const afterProving =
  (then: Provoke): Provoke =>
  async (me) => {
    await prove(me);
    return then(me);
  };

const afterEnrolment =
  (then: Provoke): Provoke =>
  async (me) => {
    await enrol(me);
    return then(me);
  };

const afterChallenge = (then: Provoke): Provoke =>
  afterEnrolment(async (me) => {
    await me.call('challengeOtpSms');
    return then(me);
  });

const guess =
  (times: number, then: Provoke): Provoke =>
  async (me) => {
    const code = wrong(codeFor(me.phone));
    for (let turn = 0; turn < times; turn++) await me.call('verifyPhone', { code });
    return then(me);
  };

/** Ten wrong login codes, over two challenges. */
const spendBudget: Provoke = async (me) => {
  for (let challenge = 0; challenge < 2; challenge++) {
    skip(3_600);
    await me.call('challengeOtpSms');
    const code = wrong(codeFor(me.phone));
    for (let turn = 0; turn < 5; turn++) await me.call('checkOtpSms', { code });
  }
  return me.call('checkOtpSms', { code: codeFor(me.phone) });
};

const undeliverable = (reason: Reason): Provoke => {
  return (me) => set(me, failingNumber(reason));
};

/** What is answered, and one way to bring it about. */
type Row = readonly [http: number, code: number, id: string | undefined, provoke: Provoke];

/** Refusals of RPC, which its own tests bring about. */
type OfRpc = 'GRPC_UNSUPPORTED' | 'METHOD_UNKNOWN' | 'DEADLINE_EXCEEDED';

/** Every other refusal there is: a new one does not compile before it has its row. */
const ROWS: Readonly<Record<Exclude<Reason, OfRpc>, Row>> = {
  AUTHORIZATION_MISSING: [401, 16, undefined, () => api.calls.getPhone()],
  ACCESS_TOKEN_INVALID: [401, 16, 'AUTH-7fs1e', () => api.calls.setPhone({ headers: { authorization: 'Bearer x' } })],
  SIGNING_KEYS_UNAVAILABLE: [503, 14, undefined, async () => (await keyless.person()).call('getPhone')],
  SCOPE_MISSING: [403, 7, undefined, async () => (await scoped.person()).call('removePhone')],
  PERMISSION_DENIED: [403, 7, undefined, ({ sub }) => servicesOf(issuer)({ sub: 'login' }, 'challengeUserOtpSms', sub)],
  USER_PHONE_UNCHANGED: [
    400,
    9,
    'COMMAND-Uch5e',
    afterProving(({ sub, phone }) => servicesOf(issuer)({ sub }, 'setUserPhone', sub, { phone })),
  ],
  NOT_LOCKED: [
    400,
    9,
    undefined,
    ({ sub }) => servicesOf(issuer)({ sub: 'desk', scope: 'otp:write' }, 'unlockUserOtpSms', sub, { reason: 'lost' }),
  ],
  USER_PHONE_NOT_PENDING: [
    400,
    9,
    'PHONE-5xrra88eq8',
    afterProving(({ sub }) => servicesOf(issuer)({ sub }, 'resendUserPhoneCode', sub)),
  ],
  USER_PHONE_CODE_INVALID: [
    400,
    3,
    'COMMAND-eis9R',
    ({ sub }) => servicesOf(issuer)({ sub }, 'verifyUserPhone', sub, { verificationCode: '000000' }),
  ],
  USER_PHONE_CODE_LENGTH: [
    400,
    3,
    'COMMAND-eis9R',
    afterSetting(({ sub }) => servicesOf(issuer)({ sub }, 'verifyUserPhone', sub, { verificationCode: '0000' })),
  ],
  USER_NOT_FOUND: [
    404,
    5,
    'COMMAND-bd4ir1mblj',
    ({ sub }) => servicesOf(issuer)({ sub: 'desk', scope: 'otp:write' }, 'deleteUser', sub),
  ],
  RESOURCE_OWNER_MISMATCH: [
    403,
    7,
    undefined,
    async ({ sub }) => {
      await set(await api.person({ sub, ...owner('one') }));
      return (await api.person({ sub, ...owner('another') })).call('getPhone');
    },
  ],
  BODY_INVALID: [400, 3, undefined, (me) => me.call('setPhone', ['+41791234567'])],
  BODY_TOO_LARGE: [400, 3, undefined, (me) => me.call('setPhone', { phone: me.phone, more: ' '.repeat(20_000) })],
  FIELD_INVALID: [400, 3, undefined, (me) => me.call('verifyPhone', {})],
  OTP_SMS_ALREADY_ADDED: [409, 6, 'COMMAND-Ad3g2', afterEnrolment((me) => me.call('addOtpSms'))],
  OTP_SMS_ADDED_TOO_OFTEN: [
    429,
    8,
    undefined,
    afterProving(async (me) => {
      for (let turn = 0; turn < 5; turn++)
        for (const name of ['addOtpSms', 'removeOtpSms'] as const) await me.call(name);
      return me.call('addOtpSms');
    }),
  ],
  PHONE_NOT_VERIFIED: [400, 9, 'COMMAND-Q54j2', afterSetting((me) => me.call('addOtpSms'))],
  PHONE_INVALID: [400, 3, 'PHONE-so0wa', (me) => set(me, '+4179')],
  PHONE_UNCHANGED: [400, 9, 'COMMAND-wF94r', afterSetting(set)],
  PHONE_CODE_INVALID: [400, 3, 'COMMAND-sM0cs', afterSetting((me) => me.call('verifyPhone', { code: '000000' }))],
  PHONE_CODE_LENGTH: [400, 3, 'COMMAND-sM0cs', afterSetting((me) => me.call('verifyPhone', { code: '12345' }))],
  PHONE_CODE_NOT_PENDING: [404, 5, 'COMMAND-Rsj8c', (me) => me.call('verifyPhone', { code: '123456' })],
  PHONE_NOT_SET: [404, 5, 'COMMAND-2b7Hf', (me) => me.call('resendPhoneVerification')],
  PHONE_ALREADY_VERIFIED: [400, 9, 'COMMAND-2M9sf', afterProving((me) => me.call('resendPhoneVerification'))],
  PHONE_NOT_FOUND: [404, 5, 'COMMAND-p6rsc', (me) => me.call('removePhone')],
  OTP_SMS_NOT_ADDED: [404, 5, 'COMMAND-Sr3h3', afterProving((me) => me.call('removeOtpSms'))],
  OTP_SMS_NOT_CHALLENGEABLE: [400, 9, 'COMMAND-SFD52', afterProving((me) => me.call('challengeOtpSms'))],
  OTP_SMS_NOT_CHECKABLE: [400, 9, 'COMMAND-d2r52', afterProving((me) => me.call('checkOtpSms', { code: '123456' }))],
  OTP_SMS_CODE_NOT_PENDING: [
    400,
    9,
    'COMMAND-S34gh',
    afterEnrolment((me) => me.call('checkOtpSms', { code: '000000' })),
  ],
  CHALLENGE_UNKNOWN: [
    400,
    9,
    'COMMAND-S34gh',
    afterChallenge((me) => me.call('checkOtpSms', { code: codeFor(me.phone), challengeId: SOME_CHALLENGE })),
  ],
  OTP_SMS_CODE_EXPIRED: [
    400,
    9,
    'CODE-QvUQ4P',
    afterChallenge((me) => {
      skip(300);
      return me.call('checkOtpSms', { code: codeFor(me.phone) });
    }),
  ],
  OTP_SMS_CODE_LENGTH: [400, 3, 'CODE-woT0xc', afterChallenge((me) => me.call('checkOtpSms', { code: '1234567' }))],
  OTP_SMS_CODE_WRONG: [400, 3, 'CODE-woT0xc', afterChallenge((me) => me.call('checkOtpSms', { code: '000000' }))],
  OTP_SMS_LOCKED: [400, 9, 'COMMAND-S6h4R', afterEnrolment(spendBudget)],
  PHONE_VERIFICATION_LOCKED: [
    429,
    8,
    undefined,
    afterSetting(guess(5, (me) => me.call('setPhone', { phone: somePhone() }))),
  ],
  SMS_TOO_SOON: [429, 8, undefined, afterSetting((me) => me.call('resendPhoneVerification'))],
  SMS_BUDGET_SPENT: [
    429,
    8,
    undefined,
    async () => {
      const me = await thrifty.person();
      await prove(me);
      return set(me, somePhone());
    },
  ],
  SMS_COUNTRY_NOT_ALLOWED: [400, 9, undefined, async () => set(await swiss.person())],
  SMS_COUNTRY_BLOCKED: [400, 9, undefined, undeliverable('SMS_COUNTRY_BLOCKED')],
  SMS_OPTED_OUT: [400, 9, undefined, undeliverable('SMS_OPTED_OUT')],
  SMS_PRICE_TOO_HIGH: [400, 9, undefined, undeliverable('SMS_PRICE_TOO_HIGH')],
  SMS_NOT_DELIVERABLE: [400, 9, undefined, undeliverable('SMS_NOT_DELIVERABLE')],
  SMS_SPEND_LIMIT_REACHED: [503, 14, undefined, undeliverable('SMS_SPEND_LIMIT_REACHED')],
  SMS_UNAVAILABLE: [503, 14, undefined, undeliverable('SMS_UNAVAILABLE')],
  CODE_KEY_UNAVAILABLE: [503, 14, undefined, async () => set(await withoutKms.person())],
  STEP_UP_REQUIRED: [
    401,
    16,
    undefined,
    async () => afterEnrolment((me) => me.call('removePhone'))(await careful.person()),
  ],
  PROOF_KEY_UNAVAILABLE: [
    503,
    14,
    undefined,
    async () => {
      const me = await careful.person();
      await enrol(me);
      const proof = { 'step-up-proof': await issuer.token({ sub: me.sub, claims: PROOF }) };
      return (await withoutProofKey.person({ sub: me.sub })).call('removePhone', {}, proof);
    },
  ],
  IDEMPOTENCY_KEY_INVALID: [400, 3, undefined, (me) => me.call('removePhone', {}, key('""'))],
  IDEMPOTENCY_KEY_REUSED: [
    422,
    3,
    undefined,
    async (me) => {
      await me.call('setPhone', { phone: me.phone }, key('one'));
      return me.call('removePhone', {}, key('one'));
    },
  ],
  USER_BEING_ERASED: [
    409,
    10,
    undefined,
    async (me) => {
      await set(me);
      engine.spoil(me.sub, 'TransactWriteItems', pass);
      engine.spoil(me.sub, 'TransactWriteItems', failing(500, 'InternalServerError'), 3);
      expect(await erase(me.sub)).toBe('STORAGE_UNAVAILABLE');
      return me.call('getPhone');
    },
  ],
  CONCURRENT_CHANGE: [
    409,
    10,
    undefined,
    (me) => {
      engine.spoil(me.sub, 'TransactWriteItems', cancelled('TransactionConflict'), 10);
      return set(me);
    },
  ],
  STORAGE_UNAVAILABLE: [
    503,
    14,
    undefined,
    (me) => {
      engine.spoil(me.sub, 'Query', failing(500, 'InternalServerError'), 3);
      return me.call('listAuthFactors');
    },
  ],
  INTERNAL: [
    500,
    13,
    undefined,
    (me) => {
      engine.spoil(me.sub, 'Query', failing(400, 'ResourceNotFoundException'));
      return me.call('listAuthFactors');
    },
  ],
};

describe('every refusal has its HTTP status, its code, its id and its text', () => {
  it.each(Object.entries(ROWS) as [Reason, Row][])('%s', async (reason, [http, code, id, provoke]) => {
    const { status, headers, body } = await provoke(await api.person());

    const { message: text, toldReason } = new ApiError(reason);
    const info = { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: toldReason, domain: 'otp-sms-factor' };
    const detail = { '@type': 'type.googleapis.com/zitadel.v1.ErrorDetail', id, message: text };
    expect(status).toBe(http);
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store' });
    expect(body).toMatchObject({ code, message: id === undefined ? text : `${text} (${id})` });
    const [first, ...more] = body.details ?? [];
    if (id !== undefined) expect(first).toEqual(detail);
    expect(id === undefined ? first : more[0]).toMatchObject(info);

    const retryable = http === 429 || http === 503;
    const seconds = Number(headers['retry-after']);
    const retryInfo = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${seconds}s` };
    expect('retry-after' in headers).toBe(retryable);
    expect(body.details?.slice(id === undefined ? 1 : 2)).toEqual(retryable ? [retryInfo] : []);
    if (retryable) expect(seconds).toBeGreaterThan(0);
  });
});
