import { generateKeyPairSync } from 'node:crypto';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { JsonObject } from '@bufbuild/protobuf';
import { expect } from 'vitest';
import type { Reason } from '../../lib/errors/errors.ts';
import { addOtpSms } from '../../lib/operations/addOtpSms.ts';
import { challengeOtpSms } from '../../lib/operations/challengeOtpSms.ts';
import { checkOtpSms } from '../../lib/operations/checkOtpSms.ts';
import { getPhone } from '../../lib/operations/getPhone.ts';
import { OPERATIONS } from '../../lib/operations/index.ts';
import { listAuthFactors } from '../../lib/operations/listAuthFactors.ts';
import type { Operation } from '../../lib/operations/operation.ts';
import { removeOtpSms } from '../../lib/operations/removeOtpSms.ts';
import { removePhone } from '../../lib/operations/removePhone.ts';
import { resendPhoneVerification } from '../../lib/operations/resendPhoneVerification.ts';
import { setPhone } from '../../lib/operations/setPhone.ts';
import { verifyPhone } from '../../lib/operations/verifyPhone.ts';
import { createDocumentClient } from '../../lib/storage/client.ts';
import { PART_KEYS, userPartition } from '../../lib/storage/keys.ts';
import { bearer, configFor, startIssuer, users } from './api.ts';
import { SOME_CHALLENGE } from './challengeIds.ts';
import { fromSetup } from './environment.ts';
import { codeFor } from './person.ts';
import { type Said, speakersOf } from './speakers.ts';
import { createSigningKey } from './tokens.ts';

export const A = '+41791234567';
const B = '+41791234568';

export const issuer = await startIssuer();
const unlimited = { SMS_BUDGET_NUMBER: '1000000', SMS_BUDGET_LOGIN_NUMBER: '1000000' };
/** Functions under the usual settings. */
export const speakers = speakersOf(configFor(issuer, unlimited));
const NOWHERE = 'http://127.0.0.1:9';

const PROOFS = {
  PROOF_ISSUER: NOWHERE,
  PROOF_KEY: generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .privateKey.export({ format: 'der', type: 'pkcs8' })
    .toString('base64'),
};

/** Functions under other settings than the usual. */
export const OTHER = {
  strict: speakersOf(configFor(issuer, { ...unlimited, LOCK_AFTER_FAILURES: '1' })),
  scoped: speakersOf(configFor(issuer, { REQUIRED_SCOPE: 'second-factor' })),
  withStepUp: speakersOf(configFor(issuer, { ...unlimited, ...PROOFS, STEP_UP: 'required' })),
  keyless: speakersOf(configFor(issuer, { TOKEN_ISSUER: NOWHERE })),
};

/** One user and one protocol. */
export type Scene = { readonly sub: string; readonly do: (operation: Operation, input?: JsonObject) => Promise<Said> };

/** A request, what comes before it, and how it ends. */
export type Row = {
  readonly it: string;
  readonly operation: Operation;
  readonly input?: JsonObject | ((scene: Scene) => JsonObject);
  readonly given?: (scene: Scene) => Promise<unknown>;
  readonly headers?: (sub: string) => Promise<Record<string, string>> | Record<string, string>;
  readonly under?: keyof typeof OTHER;
  /** What REST says: nothing refused, or why. */
  readonly reason?: Reason;
  /** What is to be in the answer. */
  readonly said?: object;
};

const verified = ({ sub }: Scene) => users.put(sub, { phone: A, verified: true });
const unverified = ({ sub }: Scene) => users.put(sub, { phone: A, verified: false });
const enrolled = async (scene: Scene) => {
  await verified(scene);
  await scene.do(addOtpSms);
};
const challenged = async (scene: Scene) => {
  await enrolled(scene);
  expect(await scene.do(challengeOtpSms)).toMatchObject({ code: 0 });
};
const locked = async (scene: Scene) => {
  await challenged(scene);
  expect(await scene.do(checkOtpSms, { code: '000000' })).not.toMatchObject({ code: 0 });
};

/** Changes a stored part, as time would. */
const age = ({ sub }: Scene, part: keyof typeof PART_KEYS, UpdateExpression: string) =>
  createDocumentClient().send(
    new UpdateCommand({
      TableName: fromSetup('TABLE_NAME'),
      Key: { pk: userPartition(sub), sk: PART_KEYS[part] },
      UpdateExpression,
      ...(UpdateExpression.includes(':past') && { ExpressionAttributeValues: { ':past': '2026-01-01T00:00:00.000Z' } }),
    }),
  );
const expired = async (scene: Scene) => {
  await challenged(scene);
  await age(scene, 'otpSmsCode', 'SET expiresAt = :past');
};
const waited = async (scene: Scene) => {
  await unverified(scene);
  await age(scene, 'root', 'REMOVE phoneResendBackoff');
};

/** Every row of the contract. */
export const ROWS: readonly Row[] = [
  ...Object.values(OPERATIONS).map(
    (operation): Row => ({
      it: `${operation.rpc} without a header`,
      operation,
      headers: () => ({}),
      reason: 'AUTHORIZATION_MISSING',
    }),
  ),
  {
    it: 'a token that is none, and a field that is none',
    operation: setPhone,
    headers: () => ({ authorization: 'Bearer no.such.token' }),
    reason: 'ACCESS_TOKEN_INVALID',
  },
  {
    it: 'signing keys that cannot be fetched',
    operation: getPhone,
    headers: () => bearer(createSigningKey().token(NOWHERE)),
    under: 'keyless',
    reason: 'SIGNING_KEYS_UNAVAILABLE',
  },
  { it: 'a token without the scope', operation: getPhone, under: 'scoped', reason: 'SCOPE_MISSING' },
  {
    it: 'a token of another owner',
    operation: addOtpSms,
    given: ({ sub }) => users.put(sub, { phone: A, verified: true, resourceOwner: 'one' }),
    headers: async (sub) => bearer(await issuer.token({ sub, resourceOwner: 'another' })),
    reason: 'RESOURCE_OWNER_MISMATCH',
  },
  { it: 'add', operation: addOtpSms, given: verified },
  { it: 'add twice', operation: addOtpSms, given: enrolled, reason: 'OTP_SMS_ALREADY_ADDED' },
  { it: 'add for an unknown user', operation: addOtpSms, reason: 'PHONE_NOT_VERIFIED' },
  { it: 'add without proof of the phone', operation: addOtpSms, given: unverified, reason: 'PHONE_NOT_VERIFIED' },
  { it: 'remove', operation: removeOtpSms, given: enrolled },
  { it: 'remove what is not there', operation: removeOtpSms, reason: 'OTP_SMS_NOT_ADDED' },
  {
    it: 'remove without a fresh proof',
    operation: removeOtpSms,
    given: enrolled,
    under: 'withStepUp',
    reason: 'STEP_UP_REQUIRED',
  },
  { it: 'list nothing', operation: listAuthFactors },
  { it: 'list the factor', operation: listAuthFactors, given: enrolled },
  { it: 'get no phone', operation: getPhone },
  { it: 'get a phone', operation: getPhone, given: unverified },
  { it: 'get a phone that is verified', operation: getPhone, given: verified },
  { it: 'set a phone', operation: setPhone, input: { phone: A } },
  { it: 'set what is no number', operation: setPhone, input: { phone: '+41' }, reason: 'PHONE_INVALID' },
  { it: 'set the same number', operation: setPhone, given: verified, input: { phone: A }, reason: 'PHONE_UNCHANGED' },
  { it: 'set nothing', operation: setPhone, reason: 'FIELD_INVALID' },
  { it: 'set a number without +', operation: setPhone, input: { phone: '0791234567' }, reason: 'PHONE_INVALID' },
  { it: 'set too much', operation: setPhone, input: { phone: `+${'4'.repeat(200)}` }, reason: 'FIELD_INVALID' },
  {
    it: 'verify',
    operation: verifyPhone,
    given: (scene) => scene.do(setPhone, { phone: B }),
    input: () => ({ code: codeFor(B) }),
  },
  {
    it: 'verify by a wrong code',
    operation: verifyPhone,
    given: (scene) => scene.do(setPhone, { phone: B }),
    input: { code: '000000' },
    reason: 'PHONE_CODE_INVALID',
  },
  { it: 'verify nothing', operation: verifyPhone, input: { code: '000000' }, reason: 'PHONE_CODE_NOT_PENDING' },
  {
    it: 'reverify',
    operation: verifyPhone,
    given: verified,
    input: { code: '000000' },
    reason: 'PHONE_CODE_NOT_PENDING',
  },
  { it: 'resend', operation: resendPhoneVerification, given: waited },
  { it: 'resend to no phone', operation: resendPhoneVerification, reason: 'PHONE_NOT_SET' },
  { it: 'resend when verified', operation: resendPhoneVerification, given: verified, reason: 'PHONE_ALREADY_VERIFIED' },
  {
    it: 'resend too soon',
    operation: resendPhoneVerification,
    given: (scene) => scene.do(setPhone, { phone: B }),
    reason: 'SMS_TOO_SOON',
  },
  { it: 'remove the phone', operation: removePhone, given: enrolled },
  { it: 'remove no phone', operation: removePhone, reason: 'PHONE_NOT_FOUND' },
  { it: 'challenge', operation: challengeOtpSms, given: enrolled },
  { it: 'challenge nothing', operation: challengeOtpSms, given: verified, reason: 'OTP_SMS_NOT_CHALLENGEABLE' },
  {
    it: 'challenge what is locked',
    operation: challengeOtpSms,
    given: locked,
    under: 'strict',
    reason: 'OTP_SMS_LOCKED',
  },
  {
    it: 'challenge to step up',
    operation: challengeOtpSms,
    given: enrolled,
    input: { purpose: 'PURPOSE_STEP_UP' },
    said: { challenge: { purpose: 'PURPOSE_STEP_UP', codeLength: 6 } },
  },
  {
    it: 'challenge by an unknown id',
    operation: challengeOtpSms,
    given: challenged,
    input: { challengeId: SOME_CHALLENGE },
    reason: 'CHALLENGE_UNKNOWN',
  },
  {
    it: 'check by an unknown id',
    operation: checkOtpSms,
    given: challenged,
    input: () => ({ code: codeFor(A), challengeId: SOME_CHALLENGE }),
    reason: 'CHALLENGE_UNKNOWN',
  },
  { it: 'check', operation: checkOtpSms, given: challenged, input: () => ({ code: codeFor(A) }) },
  {
    it: 'check for a proof',
    operation: checkOtpSms,
    given: challenged,
    input: () => ({ code: codeFor(A) }),
    under: 'withStepUp',
    said: { proof: ['iss', 'aud', 'sub', 'amr', 'auth_time', 'iat', 'exp', 'jti', 'purpose', 'factor'] },
  },
  { it: 'check nothing', operation: checkOtpSms, input: { code: '000000' }, reason: 'OTP_SMS_NOT_CHECKABLE' },
  {
    it: 'check before a challenge',
    operation: checkOtpSms,
    given: enrolled,
    input: { code: '000000' },
    reason: 'OTP_SMS_CODE_NOT_PENDING',
  },
  {
    it: 'check by an expired code',
    operation: checkOtpSms,
    given: expired,
    input: () => ({ code: codeFor(A) }),
    reason: 'OTP_SMS_CODE_EXPIRED',
  },
  {
    it: 'check by a wrong code',
    operation: checkOtpSms,
    given: challenged,
    input: { code: '000000' },
    reason: 'OTP_SMS_CODE_WRONG',
  },
  {
    it: 'check for too long a nonce',
    operation: checkOtpSms,
    given: challenged,
    input: { code: '000000', nonce: 'n'.repeat(256) },
    reason: 'FIELD_INVALID',
  },
  {
    it: 'check what is locked',
    operation: checkOtpSms,
    given: locked,
    input: { code: '000000' },
    under: 'strict',
    reason: 'OTP_SMS_LOCKED',
  },
  {
    it: 'an Idempotency-Key that is none',
    operation: addOtpSms,
    headers: async (sub) => ({ ...bearer(await issuer.token({ sub })), 'idempotency-key': '""' }),
    reason: 'IDEMPOTENCY_KEY_INVALID',
  },
];
