import type { OPERATIONS } from '../../lib/operations/index.ts';

type Name = keyof typeof OPERATIONS;
type Told = { readonly status: number; readonly body: unknown };

/** Somebody who uses the API, and waits as long as it takes until the next message may be sent. */
export type Caller = {
  readonly phone: string;
  call(name: Name, body?: object, headers?: Readonly<Record<string, string>>): Promise<Told>;
  /** The latest code that the phone got. */
  code(): string;
  waitForNextMessage(): Promise<void>;
};

/** An operation in the situation in which it is measured. */
export type Waits = {
  readonly title: string;
  /** Answers that it waits for in a row. */
  readonly waits: number;
  /** Whether a check is answered with a proof. */
  readonly proof: boolean;
  /** Brings the situation about; returns the request. */
  prepare(caller: Caller): Promise<() => Promise<Told>>;
};

const demand = async (answer: Promise<Told>): Promise<Told> => {
  const told = await answer;
  if (told.status !== 200) throw new Error(`A step was answered with ${told.status}: ${JSON.stringify(told.body)}`);
  return told;
};

type Given = (caller: Caller) => Promise<object | undefined>;

const set: Given = async (caller) => {
  await demand(caller.call('setPhone', { phone: caller.phone }));
  return { code: caller.code() };
};
const setAWhileAgo: Given = async (caller) => {
  await set(caller);
  await caller.waitForNextMessage();
  return undefined;
};
const proven: Given = async (caller) => {
  await demand(caller.call('verifyPhone', await set(caller)));
  return undefined;
};
const enrolled: Given = async (caller) => {
  await proven(caller);
  await demand(caller.call('addOtpSms'));
  return undefined;
};
const challenged: Given = async (caller) => {
  await enrolled(caller);
  const { body } = await demand(caller.call('challengeOtpSms'));
  const { challenge } = body as { readonly challenge: { readonly challengeId: string } };
  return { code: caller.code(), challengeId: challenge.challengeId };
};
const challengedAWhileAgo: Given = async (caller) => {
  await challenged(caller);
  await caller.waitForNextMessage();
  return undefined;
};
const someone: Given = async ({ phone }) => ({ phone });

type Where = { readonly headers?: Record<string, string>; readonly proof?: boolean };

const row = (title: string, waits: number, name: Name, given: Given, where: Where = {}): Waits => ({
  title,
  waits,
  proof: where.proof ?? false,
  async prepare(caller) {
    const body = await given(caller);
    return () => demand(caller.call(name, body, where.headers));
  },
});

/** Every operation, as users call it. */
export const WAITS: readonly Waits[] = [
  row('list', 1, 'listAuthFactors', enrolled),
  row('get', 1, 'getPhone', enrolled),
  row('add', 2, 'addOtpSms', proven),
  row('add with an Idempotency-Key', 2, 'addOtpSms', proven, { headers: { 'idempotency-key': 'k' } }),
  row('remove', 2, 'removeOtpSms', enrolled),
  row('remove phone', 2, 'removePhone', enrolled),
  row('set phone', 5, 'setPhone', someone),
  row('resend', 5, 'resendPhoneVerification', setAWhileAgo),
  row('verify phone', 2, 'verifyPhone', set),
  row('challenge', 5, 'challengeOtpSms', enrolled),
  row('challenge, soon after another', 5, 'challengeOtpSms', challengedAWhileAgo),
  row('check', 2, 'checkOtpSms', challenged),
  row('check with a proof', 3, 'checkOtpSms', challenged, { proof: true }),
];
