import { proving } from '../auth/proofs.ts';
import { steppingUp } from '../auth/stepUp.ts';
import { guessingCode } from '../commands/checkCode.ts';
import type { MakePlan } from '../commands/execute.ts';
import { deciding } from '../commands/plan.ts';
import { sendingCode } from '../commands/sendCode.ts';
import { readProofSettings } from '../config/proofs.ts';
import { addOtpSms as decideAddOtpSms } from '../domain/addOtpSms.ts';
import { challengeOtpSms as decideChallengeOtpSms, checkOtpSms as decideCheckOtpSms } from '../domain/challenge.ts';
import { accept, type Context, type Outcome } from '../domain/decision.ts';
import {
  removePhone as decideRemovePhone,
  resendPhoneVerification as decideResend,
  setPhone as decideSetPhone,
  verifyPhone as decideVerifyPhone,
} from '../domain/phone.ts';
import { parsePhoneNumber } from '../domain/phoneNumber.ts';
import { removeOtpSms as decideRemoveOtpSms } from '../domain/removeOtpSms.ts';
import { connectKey, connectSending, type Resources } from './dependencies.ts';
import type { Field, Fields } from './fields.ts';
import { connectProofs } from './proofs.ts';
import { challengeOf, detailsOfChange, detailsOfCreation, detailsOfUser } from './views.ts';

/** One operation of the API: how it is called, what decides it, and what it answers. */
export type Operation = {
  readonly service: 'zitadel.auth.v1.AuthService' | 'otpsms.v1.ChallengeService';
  /** Method of the RPC service. */
  readonly rpc: string;
  /** Verb and path below the base path. */
  readonly http: `${'GET' | 'POST' | 'PUT' | 'DELETE'} /${string}`;
  readonly fields?: Fields;
  /** A read takes no Idempotency-Key. */
  readonly reads?: true;
  readonly plan: (resources: Resources) => MakePlan<never>;
  /** The response message in its JSON form. */
  readonly answer: (outcome: Outcome, context: Context) => object;
};

const look = deciding(() => accept());

const CODE: Field = { number: 1, min: 1, max: 200 };

/** ZITADEL's own service, and ours for what it does not have there. */
const AUTH = 'zitadel.auth.v1.AuthService';
const CHALLENGE = 'otpsms.v1.ChallengeService';

export const addOtpSms: Operation = {
  service: AUTH,
  rpc: 'AddMyAuthFactorOTPSMS',
  http: 'POST /users/me/auth_factors/otp_sms',
  plan: () => deciding(decideAddOtpSms),
  answer: (outcome) => ({ details: detailsOfCreation(outcome) }),
};

export const removeOtpSms: Operation = {
  service: AUTH,
  rpc: 'RemoveMyAuthFactorOTPSMS',
  http: 'DELETE /users/me/auth_factors/otp_sms',
  plan: ({ config }) => steppingUp(readProofSettings(config.env), deciding(decideRemoveOtpSms)),
  answer: (outcome) => ({ details: detailsOfChange(outcome) }),
};

export const listAuthFactors: Operation = {
  service: AUTH,
  rpc: 'ListMyAuthFactors',
  http: 'POST /users/me/auth_factors/_search',
  reads: true,
  plan: () => look,
  answer: ({ after }) => (after.otpSms ? { result: [{ state: 'AUTH_FACTOR_STATE_READY', otpSms: {} }] } : {}),
};

export const getPhone: Operation = {
  service: AUTH,
  rpc: 'GetMyPhone',
  http: 'GET /users/me/phone',
  reads: true,
  plan: () => look,
  answer: ({ after: { root } }) => ({
    ...(root && { details: detailsOfUser(root) }),
    ...(root?.phone !== undefined && {
      phone: { phone: root.phone, ...(root.phoneVerified && { isPhoneVerified: true }) },
    }),
  }),
};

export const setPhone: Operation = {
  service: AUTH,
  rpc: 'SetMyPhone',
  http: 'PUT /users/me/phone',
  fields: { phone: { number: 1, min: 1, max: 50, form: /^\+/ } },
  plan: (resources) =>
    steppingUp(
      readProofSettings(resources.config.env),
      sendingCode(connectSending(resources), 'PHONE', decideSetPhone, (_user, { phone }: { readonly phone: string }) =>
        parsePhoneNumber(phone),
      ),
    ),
  answer: (outcome) => ({ details: detailsOfChange(outcome) }),
};

export const verifyPhone: Operation = {
  service: AUTH,
  rpc: 'VerifyMyPhone',
  http: 'POST /users/me/phone/_verify',
  fields: { code: CODE },
  plan: (resources) => guessingCode(connectKey(resources), 'PHONE', decideVerifyPhone, ({ phoneCode }) => phoneCode),
  answer: (outcome) => ({ details: detailsOfChange(outcome) }),
};

export const resendPhoneVerification: Operation = {
  service: AUTH,
  rpc: 'ResendMyPhoneVerification',
  http: 'POST /users/me/phone/_resend_verification',
  plan: (resources) =>
    sendingCode(connectSending(resources), 'PHONE', decideResend, ({ root }) =>
      root?.phone === undefined ? undefined : parsePhoneNumber(root.phone),
    ),
  answer: (outcome) => ({ details: detailsOfChange(outcome) }),
};

export const removePhone: Operation = {
  service: AUTH,
  rpc: 'RemoveMyPhone',
  http: 'DELETE /users/me/phone',
  plan: ({ config }) => steppingUp(readProofSettings(config.env), deciding(decideRemovePhone)),
  answer: (outcome) => ({ details: detailsOfChange(outcome) }),
};

export const challengeOtpSms: Operation = {
  service: CHALLENGE,
  rpc: 'ChallengeMyOTPSMS',
  http: 'POST /users/me/auth_factors/otp_sms/_challenge',
  plan: (resources) =>
    sendingCode(connectSending(resources), 'OTP_SMS', decideChallengeOtpSms, ({ root, otpSms }) =>
      otpSms && root?.verifiedPhone !== undefined ? parsePhoneNumber(root.verifiedPhone) : undefined,
    ),
  answer: (outcome, context) => ({ details: detailsOfChange(outcome), challenge: challengeOf(outcome, context) }),
};

export const checkOtpSms: Operation = {
  service: CHALLENGE,
  rpc: 'CheckMyOTPSMS',
  http: 'POST /users/me/auth_factors/otp_sms/_check',
  // Written out: a bundler keeps an operation that spreads another object, with all it imports.
  fields: { code: CODE, nonce: { number: 2, min: 0, max: 255 } },
  plan: (resources) =>
    proving(
      connectProofs(resources.config.env),
      guessingCode(connectKey(resources), 'OTP_SMS', decideCheckOtpSms, ({ otpSmsCode }) => otpSmsCode),
    ),
  answer: (outcome) => ({ details: detailsOfChange(outcome) }),
};
