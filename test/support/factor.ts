import { randomInt } from 'node:crypto';
import type { Issuer } from '../../infra/local/issuer.ts';
import { OPERATIONS } from '../../lib/operations/index.ts';
import { type Answer, apiOf, bearer, configFor, inbox, someone, users } from './api.ts';

type Name = keyof typeof OPERATIONS;

/** Seconds that the tokens of these users live: longer than any lock. */
const LIFE = 400 * 86_400;

/** A number that no other test has. */
export const somePhone = (): string => `+4176${String(randomInt(10_000_000)).padStart(7, '0')}`;

/** The latest code that a number got. */
export const codeTo = (phone: string): string => /#(\d+)$/.exec(inbox.messages(phone).at(-1)?.body ?? '')?.[1] ?? '';

/** A code of the same length that is another one; the shift tells those apart. */
export const otherThan = (code: string, shift = 1): string =>
  String((Number(code) + shift) % 10 ** code.length).padStart(code.length, '0');

/** Why a request was refused. */
export const reasonOf = ({ status, body }: Answer): unknown =>
  status === 200 ? 'OK' : body.details?.find(({ reason }) => reason)?.reason;

/** What a refusal says beyond its reason. */
export const metadataOf = ({ body }: Answer): Readonly<Record<string, string>> =>
  (body.details?.find(({ metadata }) => metadata)?.metadata ?? {}) as Record<string, string>;

/** Users of an API, under the usual configuration but for the given variables. */
export const factorOf = (issuer: Issuer, env: Record<string, string> = {}) => {
  const config = configFor(issuer, {
    SMS_BUDGET_USER: '100',
    SMS_BUDGET_NUMBER: '1000',
    SMS_BUDGET_LOGIN_NUMBER: '1000',
    ...env,
  });
  const api = Object.fromEntries(
    Object.entries(OPERATIONS).map(([name, operation]) => [name, apiOf(operation, config)]),
  ) as Record<Name, ReturnType<typeof apiOf>>;

  /** Somebody with a token; whatever is known of them before. */
  const caller = async (sub: string = someone(), phone: string = somePhone(), claims: Record<string, unknown> = {}) => {
    const headers = bearer(await issuer.token({ sub, expiresIn: LIFE, claims }));
    const call = (name: Name, input: object = {}, more: Record<string, string> = {}) =>
      api[name]({ headers: { ...headers, ...more }, body: JSON.stringify(input) });
    return {
      sub,
      phone,
      headers,
      call,
      challenge: (more?: Record<string, string>) => call('challengeOtpSms', {}, more),
      check: (code: string, more?: Record<string, string>) => call('checkOtpSms', { code }, more),
      /** The latest code that the number got. */
      code: () => codeTo(phone),
      /** The latest message that the number got. */
      message: () => inbox.messages(phone).at(-1)?.body ?? '',
      /** Messages that the number got. */
      messages: () => inbox.messages(phone).length,
      /** Sets another phone and proves it with the code that it gets. */
      async moveTo(other: string) {
        await call('setPhone', { phone: other });
        return call('verifyPhone', { code: codeTo(other) });
      },
      /** The types of the user's events, without what they have in common. */
      log: async () => (await users.events(sub)).map(({ type }) => String(type).replace('user.human.', '')),
    };
  };

  /** Somebody whose factor is on. */
  const enrolled = async (phone: string = somePhone(), claims: Record<string, unknown> = {}) => {
    const user = await caller(someone(), phone, claims);
    await users.put(user.sub, { phone, verified: true });
    await user.call('addOtpSms');
    return user;
  };

  return {
    api,
    caller,
    enrolled,
    /** Somebody who has just got a code. */
    async challenged(phone: string = somePhone(), claims: Record<string, unknown> = {}) {
      const user = await enrolled(phone, claims);
      await user.challenge();
      return user;
    },
  };
};

/** Somebody of {@link factorOf}. */
export type FactorUser = Awaited<ReturnType<ReturnType<typeof factorOf>['caller']>>;

/** How many of the user's guesses were judged, by how it went. */
export const judged = async ({ log }: FactorUser) => {
  const all = await log();
  return {
    failed: all.filter((type) => type === 'mfa.otp.sms.check.failed').length,
    succeeded: all.filter((type) => type === 'mfa.otp.sms.check.succeeded').length,
  };
};
