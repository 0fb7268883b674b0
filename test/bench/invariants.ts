import { isDeepStrictEqual } from 'node:util';
import type { Event } from '../../lib/domain/events.ts';
import { evolve, type User } from '../../lib/domain/user.ts';
import { eventKey, PART_KEYS } from '../../lib/storage/keys.ts';
import type { Item } from './people.ts';

/** What does not hold about a user's items: a log without gap or repeat, and the state that it replays to. */
export const brokenInvariants = (user: string, items: readonly Item[]): string[] => {
  const isEvent = ({ sk }: Item) => sk.startsWith('EVENT#');
  const log = items.filter(isEvent);
  const gaps = log.flatMap(({ sk, sequence }, i) =>
    sk === eventKey(i + 1) && sequence === i + 1 ? [] : [`${user}: ${sk} stands at ${i + 1}`],
  );
  const replayed = log.reduce<User>((state, item) => evolve(state, { sealed: {}, ...item } as unknown as Event), {});
  const stored = items.filter((item) => !isEvent(item)).map(({ pk: _, sk, ttl: __, hash: ___, ...part }) => [sk, part]);
  const expected = Object.entries(replayed).map(([part, value]) => [PART_KEYS[part as keyof User], value]);
  return isDeepStrictEqual(Object.fromEntries(stored), Object.fromEntries(expected))
    ? gaps
    : [...gaps, `${user}: the state is not what the log replays to`];
};
