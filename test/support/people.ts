import { randomInt } from 'node:crypto';
import type { Issuer } from '../../infra/local/issuer.ts';
import { addOtpSms } from '../../lib/operations/addOtpSms.ts';
import { challengeOtpSms } from '../../lib/operations/challengeOtpSms.ts';
import { checkOtpSms } from '../../lib/operations/checkOtpSms.ts';
import { getPhone } from '../../lib/operations/getPhone.ts';
import { listAuthFactors } from '../../lib/operations/listAuthFactors.ts';
import { removeOtpSms } from '../../lib/operations/removeOtpSms.ts';
import { removePhone } from '../../lib/operations/removePhone.ts';
import { resendPhoneVerification } from '../../lib/operations/resendPhoneVerification.ts';
import { setPhone } from '../../lib/operations/setPhone.ts';
import { verifyPhone } from '../../lib/operations/verifyPhone.ts';
import { apiOf, bearer, configFor, inbox, type Request, someone } from './api.ts';

const OPERATIONS = {
  set: setPhone,
  verify: verifyPhone,
  resend: resendPhoneVerification,
  remove: removePhone,
  get: getPhone,
  list: listAuthFactors,
  add: addOtpSms,
  drop: removeOtpSms,
  challenge: challengeOtpSms,
  check: checkOtpSms,
} as const;

type Name = keyof typeof OPERATIONS;

/** Seconds; longer than any test lets the clock run on. */
const TOKEN_LIFE = 10 * 86_400;

let next = randomInt(10 ** 8);

/** A German mobile number that no other test has: budgets of numbers are everybody's. */
export const newNumber = (): string => `+49151${String(next++ % 10 ** 8).padStart(8, '0')}`;

/** The codes in the messages to a number, in the order they came. */
export const codesTo = (phone: string): string[] =>
  inbox.messages(phone).map(({ body }) => /^\d+/.exec(body)?.[0] ?? 'none');

/** A user with every operation at hand; `code` is the latest to their number. */
export type Person = Awaited<ReturnType<ReturnType<typeof peopleOf>>>;

/** Makes users of a service with its own configuration; the operations are shared, as the warm functions are. */
export const peopleOf = (issuer: Issuer, env: Record<string, string> = {}) => {
  const config = configFor(issuer, env);
  const calls = Object.fromEntries(
    Object.entries(OPERATIONS).map(([name, operation]) => [name, apiOf(operation, config)]),
  ) as Record<Name, ReturnType<typeof apiOf>>;

  return async (phone = newNumber(), sub = someone()) => {
    const token = await issuer.token({ sub, expiresIn: TOKEN_LIFE });
    const call = (name: Name, body?: unknown, request: Request = {}) =>
      calls[name]({
        ...request,
        headers: { ...bearer(token), ...request.headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    const code = () => codesTo(phone).at(-1) ?? 'none';
    return {
      sub,
      phone,
      token,
      call,
      code,
      set: (request?: Request) => call('set', { phone }, request),
      resend: (request?: Request) => call('resend', undefined, request),
      verify: (guess: unknown = code()) => call('verify', { code: guess }),
      challenge: (request?: Request) => call('challenge', undefined, request),
      check: (guess: unknown = code()) => call('check', { code: guess }),
    };
  };
};

/** Sets a phone, proves it, and adds the factor. */
export const enrol = async (user: Person): Promise<Person> => {
  await user.set();
  await user.verify();
  await user.call('add');
  return user;
};
