import { randomInt } from 'node:crypto';
import { vi } from 'vitest';
import type { Issuer } from '../../infra/local/issuer.ts';
import { OPERATIONS } from '../../lib/operations/index.ts';
import { type Answer, apiOf, bearer, configFor, inbox, type Request, someone } from './api.ts';
import { itemsOf } from './partition.ts';

/** An operation of the API by its name. */
export type Name = keyof typeof OPERATIONS;

/** Every operation of the API. */
export const NAMES = Object.keys(OPERATIONS) as readonly Name[];

/** Somebody who uses the API. */
export type Person = {
  readonly sub: string;
  /** A number that no other test has. */
  readonly phone: string;
  call(name: Name, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
};

/** The API as its users see it; `env` wins over the usual configuration. */
export const createApi = (issuer: Issuer, env: Record<string, string> = {}) => {
  const config = configFor(issuer, env);
  const calls = Object.fromEntries(NAMES.map((name) => [name, apiOf(OPERATIONS[name], config)])) as Record<
    Name,
    ReturnType<typeof apiOf>
  >;
  return {
    calls,
    /** Somebody new, unless `sub` says who; tokens live long enough for a test that skips days. */
    async person({ sub = someone(), claims = {} }: { sub?: string; claims?: Record<string, unknown> } = {}) {
      const token = await issuer.token({ sub, claims, expiresIn: 30 * 86_400 });
      return {
        sub,
        phone: somePhone(),
        call: (name, body, headers = {}) => calls[name](requestOf(body, { ...bearer(token), ...headers })),
      } satisfies Person as Person;
    },
  };
};

const requestOf = (body: unknown, headers: Record<string, string>): Request => ({
  headers,
  body: body === undefined ? undefined : JSON.stringify(body),
});

/** A number that is possible, and that no other test has. */
export const somePhone = (): string => `+4915${String(randomInt(10 ** 9)).padStart(9, '0')}`;

/** The code in the latest message to a number. */
export const codeFor = (phone: string): string => {
  const code = /#(\d+)$/.exec(inbox.messages(phone).at(-1)?.body ?? '')?.[1];
  if (code === undefined) throw new Error(`There is no code for ${phone}`);
  return code;
};

/** A code that is not this one. */
export const wrong = (code: string): string =>
  String((Number(code) + 1) % 10 ** code.length).padStart(code.length, '0');

/** An answer in a word: `200`, or the HTTP status, the code, and the id (the reason where there is none). */
export const brief = ({ status, body: { code, details } }: Answer): string =>
  status === 200 ? '200' : `${status}/${code} ${details?.[0]?.id ?? details?.[0]?.reason}`;

/** The types of a user's events in order, without what all begin with. */
export const eventsOf = async ({ sub }: Pick<Person, 'sub'>): Promise<string[]> =>
  (await itemsOf(sub)).flatMap(({ type }) => (type === undefined ? [] : [String(type).replace('user.human.', '')]));

/** Stops the clock of the process for the test file; only `skip` moves it. */
export const stopClock = (): void => void vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });

/** Moves the stopped clock on. */
export const skip = (seconds: number): void => void vi.setSystemTime(Date.now() + seconds * 1000);

/** Sets the phone and proves it. */
export const prove = async (person: Person, phone = person.phone): Promise<void> => {
  await demand(person.call('setPhone', { phone }));
  await demand(person.call('verifyPhone', { code: codeFor(phone) }));
};

/** Proves the phone and adds the factor. */
export const enrol = async (person: Person): Promise<void> => {
  await prove(person);
  await demand(person.call('addOtpSms'));
};

const demand = async (answer: Promise<Answer>): Promise<void> => {
  const told = brief(await answer);
  if (told !== '200') throw new Error(`A step that prepares a test was answered ${told}`);
};
