import { expect } from 'vitest';

/** A way to the API: sends a request as one user, returns the status and the body. */
export type Send = (
  http: string,
  body?: object,
  headers?: Readonly<Record<string, string>>,
) => Promise<{ readonly status: number; readonly body: unknown }>;

/** The code that was sent to a number last. */
export type ReadCode = (phone: string) => Promise<string>;

const FACTOR = '/users/me/auth_factors/otp_sms';
const PHONE = '/users/me/phone';
const LIST = 'POST /users/me/auth_factors/_search';

/** What a challenge is answered with, as far as a check wants it. */
type Challenged = { readonly challenge: { readonly challengeId: string } };

const details = (sequence: number, more: object = {}) => ({ details: { sequence: String(sequence), ...more } });

/** The events of a walk, in order. */
export const WALK_EVENTS = [
  ...['phone.changed', 'phone.code.added', 'phone.verified', 'mfa.otp.sms.added'],
  ...['mfa.otp.sms.code.added', 'mfa.otp.sms.check.succeeded'],
  ...['phone.changed', 'phone.code.added', 'phone.verified'],
  ...['mfa.otp.sms.code.added', 'mfa.otp.sms.check.succeeded'],
  ...['mfa.otp.sms.removed', 'phone.removed'],
].map((type) => `user.human.${type}`);

/** Walks from a new user to the factor and away from it again, and looks at every answer. */
export const walk = async (send: Send, readCode: ReadCode, phones: readonly [string, string]): Promise<void> => {
  const [first, second] = phones;
  const step = async (http: string, body: object | undefined, status: number, answer: object, headers = {}) => {
    const answered = await send(http, body, headers);
    expect(answered, http).toMatchObject({ status, body: answer });
    return answered.body;
  };
  const empty = async (http: string) => expect(await send(http), http).toEqual({ status: 200, body: {} });
  const checked = async (phone: string) => {
    const masked = { challenge: { maskedPhone: expect.stringContaining(phone.slice(-2)) } };
    const asked = { purpose: 'PURPOSE_STEP_UP' };
    const { challenge } = (await step(`POST ${FACTOR}/_challenge`, asked, 200, masked)) as Challenged;
    const { challengeId } = challenge;
    const checking = { code: await readCode(phone), challengeId };
    const { proof } = (await step(`POST ${FACTOR}/_check`, checking, 200, {})) as { readonly proof: string };
    return { 'step-up-proof': proof };
  };
  const stepUp = { code: 16, details: [{ reason: 'STEP_UP_REQUIRED' }] };

  await empty(LIST);
  await empty(`GET ${PHONE}`);
  await step(`POST ${FACTOR}`, undefined, 400, { code: 9 });

  await step(`PUT ${PHONE}`, { phone: first }, 200, details(2));
  await step(`GET ${PHONE}`, undefined, 200, { ...details(2), phone: { phone: first } });
  await step(`POST ${FACTOR}`, undefined, 400, { code: 9 });
  await step(`POST ${PHONE}/_verify`, { code: await readCode(first) }, 200, details(3));
  await step(`POST ${PHONE}/_resend_verification`, {}, 400, { code: 9 });

  await step(`POST ${FACTOR}`, undefined, 200, details(4, { creationDate: expect.any(String) }));
  await step(`POST ${FACTOR}`, {}, 409, { code: 6 });
  await step(LIST, {}, 200, { result: [{ state: 'AUTH_FACTOR_STATE_READY', otpSms: {} }] });
  await step(`GET ${PHONE}`, undefined, 200, { ...details(4), phone: { phone: first, isPhoneVerified: true } });

  await step(`PUT ${PHONE}`, { phone: second }, 401, stepUp);
  await step(`PUT ${PHONE}`, { phone: second }, 200, details(8), await checked(first));
  await step(`POST ${PHONE}/_verify`, { code: await readCode(second) }, 200, details(9));
  await step(`GET ${PHONE}`, undefined, 200, { ...details(9), phone: { phone: second, isPhoneVerified: true } });

  await step(`DELETE ${PHONE}`, undefined, 401, stepUp);
  await step(`DELETE ${PHONE}`, undefined, 200, details(13), await checked(second));
  await empty(LIST);
  await step(`DELETE ${FACTOR}`, undefined, 404, { code: 5 });
  await step(`DELETE ${PHONE}`, undefined, 404, { code: 5 });
  expect((await send(`GET ${PHONE}`)).body).not.toHaveProperty('phone');
};
