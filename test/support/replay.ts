import type { Event } from '../../lib/domain/events.ts';
import { evolve, type User } from '../../lib/domain/user.ts';
import { EVENT_PREFIX, PART_KEYS, STATE_RANGE } from '../../lib/storage/keys.ts';
import { timeToLive } from '../../lib/storage/timeToLive.ts';

/** An item as it lies in the table. */
export type Item = Readonly<Record<string, unknown>>;

/** The log among a user's items. */
export const logOf = (items: readonly Item[]): (Event & { readonly sk: string })[] =>
  items.filter(({ sk }) => String(sk).startsWith(EVENT_PREFIX)) as unknown as (Event & { sk: string })[];

/** The state among a user's items, by its keys, but for what the log says nothing of: the hashes of codes. */
export const stateOf = (items: readonly Item[]): Readonly<Record<string, Item>> =>
  Object.fromEntries(
    items
      .filter(({ sk }) => String(sk).startsWith(STATE_RANGE[0]))
      .map(({ hash: _, salt: __, challengeHash: ___, ...item }) => [String(item.sk), item]),
  );

/** The user that a log comes to, but for the hashes of codes. */
export const replay = (events: readonly Event[]): User =>
  events.reduce((user, event) => evolve(user, { unlogged: {}, ...event } as Event), {});

/** The state that replaying a user's log gives, as {@link stateOf} has it. */
export const replayedState = (pk: unknown, events: readonly Event[]): Readonly<Record<string, Item>> =>
  Object.fromEntries(
    Object.entries(replay(events)).map(([part, value]) => {
      const sk = PART_KEYS[part as keyof User];
      return [sk, { pk, sk, ...value, ...('expiresAt' in value && timeToLive(value.expiresAt)) }];
    }),
  );
