import type { Answer } from './api.ts';
import { codeFor, enrol, type Name, type Person, prove, skip } from './person.ts';

/** A write of the API: what comes before it, so that it succeeds, and the request. */
export type Write = {
  readonly name: Name;
  readonly given: (person: Person) => Promise<unknown>;
  readonly body?: (person: Person) => object;
  /** Types of the events it writes, without what all begin with. */
  readonly events: readonly string[];
  /** Messages it sends. */
  readonly messages: 0 | 1;
};

const set = (person: Person) => person.call('setPhone', { phone: person.phone });
const challenge = (person: Person) => person.call('challengeOtpSms');
const code = ({ phone }: Person) => ({ code: codeFor(phone) });

/** Every write of the API. */
export const WRITES: readonly Write[] = [
  {
    name: 'setPhone',
    given: async () => {},
    body: ({ phone }) => ({ phone }),
    events: ['phone.changed', 'phone.code.added'],
    messages: 1,
  },
  { name: 'verifyPhone', given: set, body: code, events: ['phone.verified'], messages: 0 },
  {
    name: 'resendPhoneVerification',
    given: async (person) => {
      await set(person);
      skip(1);
    },
    events: ['phone.code.added'],
    messages: 1,
  },
  { name: 'removePhone', given: enrol, events: ['mfa.otp.sms.removed', 'phone.removed'], messages: 0 },
  { name: 'addOtpSms', given: prove, events: ['mfa.otp.sms.added'], messages: 0 },
  { name: 'removeOtpSms', given: enrol, events: ['mfa.otp.sms.removed'], messages: 0 },
  { name: 'challengeOtpSms', given: enrol, events: ['mfa.otp.sms.code.added'], messages: 1 },
  {
    name: 'checkOtpSms',
    given: async (person) => {
      await enrol(person);
      await challenge(person);
    },
    body: code,
    events: ['mfa.otp.sms.check.succeeded'],
    messages: 0,
  },
];

/** Prepares a write for a person; returns the request, which may be made more than once. */
export const prepare = async (
  { name, given, body }: Write,
  person: Person,
): Promise<(headers?: Record<string, string>) => Promise<Answer>> => {
  await given(person);
  const content = body?.(person);
  return (headers) => person.call(name, content, headers);
};
