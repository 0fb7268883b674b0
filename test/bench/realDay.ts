import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Caller, type Name, somePhone, type Told } from './callers.ts';

/** Settings under which one minute holds what else a day does. */
export const DAY_IN_A_MINUTE = {
  RESEND_WAIT_SECONDS: '1',
  STEP_UP: 'required',
  SMS_BUDGET_USER: '100',
  ...Object.fromEntries(
    ['NUMBER', 'COUNTRY', 'COUNTRY_DAY', 'SERVICE', 'SERVICE_DAY'].flatMap((name) => [
      [`SMS_BUDGET_${name}`, '1000000'],
      [`SMS_BUDGET_LOGIN_${name}`, '1000000'],
    ]),
  ),
} as const;

/** Milliseconds until the next message may be sent. */
const RESEND_WAIT_MS = 1_100;

/** Of a hundred requests, those that a client sends twice at once. */
const DOUBLED = 5;

/** Somebody of the day, and how to read the latest code that went to any number. */
export type Actor = Caller & { codeOf(phone: string): string };

type Walk = (actor: Actor) => Promise<unknown>;

const tell = async (actor: Actor, name: Name, body?: object, headers: Record<string, string> = {}): Promise<Told> => {
  if (randomInt(100) >= DOUBLED) return actor.call(name, body, headers);
  const key = { 'idempotency-key': randomUUID(), ...headers };
  const [one] = await Promise.all([actor.call(name, body, key), actor.call(name, body, key)]);
  return one as Told;
};

/** Signs in, or fetches a proof for something that wants one. */
const login = async (actor: Actor, purpose = 'PURPOSE_LOGIN'): Promise<string> => {
  const { body } = await tell(actor, 'challengeOtpSms', { purpose });
  const { challenge } = body as { readonly challenge?: { readonly challengeId: string } };
  if (!challenge) return '';
  const { challengeId } = challenge;
  if (randomInt(20) === 0) await tell(actor, 'checkOtpSms', { code: '000000', challengeId });
  const checked = await tell(actor, 'checkOtpSms', { code: actor.code(), challengeId });
  return (checked.body as { readonly proof?: string }).proof ?? '';
};

const proven = async (actor: Actor): Promise<Record<string, string>> => ({
  'step-up-proof': await login(actor, 'PURPOSE_STEP_UP'),
});

export const enrol: Walk = async (actor) => {
  const { phone } = actor;
  await tell(actor, 'setPhone', { phone });
  if (randomInt(10) === 0) {
    await sleep(RESEND_WAIT_MS);
    await tell(actor, 'resendPhoneVerification');
  }
  await tell(actor, 'verifyPhone', { code: actor.code() });
  await tell(actor, 'addOtpSms');
};

const look: Walk = async (actor) => {
  await tell(actor, 'getPhone');
  await tell(actor, 'listAuthFactors');
};

/** To another number and back, so that whoever comes next finds the one that is known. */
const changePhone: Walk = async (actor) => {
  for (const phone of [somePhone(), actor.phone]) {
    await tell(actor, 'setPhone', { phone }, await proven(actor));
    await tell(actor, 'verifyPhone', { code: actor.codeOf(phone) });
    await sleep(RESEND_WAIT_MS);
  }
};

const startAnew =
  (name: 'removeOtpSms' | 'removePhone'): Walk =>
  async (actor) => {
    await tell(actor, name, undefined, await proven(actor));
    await sleep(RESEND_WAIT_MS);
    if (name === 'removePhone') await enrol(actor);
    else await tell(actor, 'addOtpSms');
  };

/** What users do on a real day, each with its share: mostly they look, and sign in. */
export const REAL_DAY: readonly { readonly walk: Walk; readonly share: number; readonly isNew?: true }[] = [
  { walk: look, share: 40 },
  { walk: async (actor) => login(actor), share: 48 },
  { walk: enrol, share: 6, isNew: true },
  { walk: changePhone, share: 2 },
  { walk: startAnew('removeOtpSms'), share: 2 },
  { walk: startAnew('removePhone'), share: 2 },
];

/** Draws what somebody does next. */
export const drawWalk = () => {
  const drawn = randomInt(REAL_DAY.reduce((sum, { share }) => sum + share, 0));
  let sum = 0;
  const found = REAL_DAY.find(({ share }) => {
    sum += share;
    return drawn < sum;
  });
  return found as (typeof REAL_DAY)[number];
};
