import type { Event, LoggedNumber } from '../../lib/domain/events.ts';
import { maskPhoneNumber } from '../../lib/domain/phoneNumber.ts';
import { evolve, type User } from '../../lib/domain/user.ts';
import { EVENT_PREFIX, PART_KEYS, STATE_RANGE } from '../../lib/storage/keys.ts';
import { timeToLive } from '../../lib/storage/timeToLive.ts';

/** An item as it lies in the table. */
export type Item = Readonly<Record<string, unknown>>;

/** Parts of a user, or the items that they are kept in. */
type Parts = Readonly<Record<string, object | undefined>>;

/** The log among a user's items. */
export const logOf = (items: readonly Item[]): (Event & { readonly sk: string })[] =>
  items.filter(({ sk }) => String(sk).startsWith(EVENT_PREFIX)) as unknown as (Event & { sk: string })[];

/** The state among a user's items, by its keys, as far as the log can tell it. */
export const stateOf = (items: readonly Item[]): Readonly<Record<string, Item>> =>
  asLogged(
    Object.fromEntries(
      items.filter(({ sk }) => String(sk).startsWith(STATE_RANGE[0])).map((item) => [String(item.sk), item]),
    ),
  );

/** The user after an event as the log has it: of a number there is mask and hash, of the hashes of codes nothing. */
export const evolveLogged = (user: User, event: object): User => {
  const { maskedPhone, phoneHash, country } = event as Partial<LoggedNumber>;
  const number = maskedPhone !== undefined && { phone: `${maskedPhone} ${phoneHash}`, ...(country && { country }) };
  return evolve(user, { unlogged: { ...number }, ...event } as Event);
};

/** The user that a log comes to. */
export const replay = (events: readonly object[]): User => events.reduce<User>(evolveLogged, {});

/** The state that replaying a user's log gives, as {@link stateOf} has it. */
export const replayedState = (pk: unknown, events: readonly Event[]): Readonly<Record<string, Item>> =>
  asLogged(
    Object.fromEntries(
      Object.entries(replay(events)).map(([part, value]) => {
        const sk = PART_KEYS[part as keyof User];
        return [sk, { pk, sk, ...value, ...('expiresAt' in value && timeToLive(value.expiresAt)) }];
      }),
    ),
  );

const NUMBERS = ['phone', 'verifiedPhone'] as const;

/**
 * What the log can tell of parts of a user: nothing of the hashes of codes, and of a number its mask and where else it
 * stands. Numbers are named in the order in which they come, so that those from the state are like those from the log,
 * whose hashes take a key, where the same ones stand in the same places.
 */
export const asLogged = (parts: Parts): Readonly<Record<string, Item>> => {
  const names = new Map<string, string>();
  const nameOf = (number: string): string => {
    const masked = number.includes('*') ? number.split(' ')[0] : maskPhoneNumber(number);
    const name = names.get(number) ?? `${masked} (${names.size + 1})`;
    names.set(number, name);
    return name;
  };
  return Object.fromEntries(
    Object.entries(parts)
      .toSorted(([one], [other]) => one.localeCompare(other))
      .map(([key, part = {}]) => {
        const { hash: _, salt: __, challengeHash: ___, ...item } = part as Item;
        const numbers = NUMBERS.filter((name) => item[name] !== undefined);
        return [key, { ...item, ...Object.fromEntries(numbers.map((name) => [name, nameOf(String(item[name]))])) }];
      }),
  );
};
