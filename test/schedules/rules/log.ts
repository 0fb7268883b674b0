import { isDeepStrictEqual } from 'node:util';
import type { Event } from '../../../lib/domain/events.ts';
import type { User } from '../../../lib/domain/user.ts';
import { EVENT_PREFIX, eventKey, PART_KEYS, userPartition } from '../../../lib/storage/keys.ts';
import { asLogged, evolveLogged } from '../../support/replay.ts';
import type { Call } from '../calls.ts';
import type { Change, TableModel } from '../model/table.ts';
import type { Commit } from './rule.ts';

const PARTS = Object.entries(PART_KEYS) as [keyof User, string][];
const USERS = userPartition('');

/** What is known of a user: the log, what it comes to, and what is stored. */
type Known = { events: Event[]; replayed: User; stored: User };

/** What is to be told of users. */
type Told = {
  readonly blame: (what: string) => void;
  readonly committed: (commit: Commit) => void;
  readonly erased: (userId: string) => void;
};

/**
 * Watches the partitions of users: their logs are contiguous, no event is touched again, their state is the replay, and of
 * one who is erased nothing is left, and nothing comes back.
 */
export const createLog = (table: TableModel, { blame, committed, erased }: Told) => {
  const users = new Map<string, Known>();
  const knownOf = (userId: string): Known => {
    const known = users.get(userId) ?? { events: [], replayed: {}, stored: {} };
    users.set(userId, known);
    return known;
  };
  const storedOf = (userId: string): User =>
    Object.fromEntries(
      PARTS.flatMap(([part, sk]) => {
        const { pk, sk: _, ttl: __, ...stored } = table.get({ pk: userPartition(userId), sk }) ?? {};
        return pk === undefined ? [] : [[part, stored]];
      }),
    );

  return {
    logOf: (userId: string): readonly Event[] => knownOf(userId).events,

    /** Looks at what a call has changed. */
    changed(call: Call, changes: readonly Change[]): void {
      const ofUsers = changes.filter(({ key }) => key.pk.startsWith(USERS));
      const userId = ofUsers[0]?.key.pk.slice(USERS.length);
      if (userId === undefined) return;
      const user = knownOf(userId);
      const before = user.stored;
      user.stored = storedOf(userId);
      const { root } = user.stored;
      if (!root && (table.partitions.get(userPartition(userId))?.size ?? 0) > 0) {
        blame(`${userId}: something is left of a user who is erased`);
      }
      if (!root || root.erasedAt !== undefined) {
        const isTold = ofUsers.some(({ key }) => key.sk === PART_KEYS.root);
        if (!isTold && ofUsers.some(({ after }) => after))
          blame(`${userId}: something is written of who is being erased`);
        if (isTold) erased(userId);
        Object.assign(user, { events: [], replayed: {} });
        return;
      }
      const logged = ofUsers.filter(({ key }) => key.sk.startsWith(EVENT_PREFIX));
      if (logged.some((change) => change.before)) blame(`${userId}: an event is written over`);
      const events = logged
        .map(({ after }) => after as unknown as Event & { readonly sk: string })
        .sort((one, other) => one.sequence - other.sequence);
      for (const event of events) {
        user.events.push(event);
        const { length } = user.events;
        if (event.sequence !== length || event.sk !== eventKey(length)) blame(`${userId}: event ${length} is missing`);
        user.replayed = evolveLogged(user.replayed, event);
      }
      if (!isDeepStrictEqual(asLogged(user.stored), asLogged(user.replayed))) {
        blame(`${userId}: the state is not what the log comes to`);
      }
      if (events.length > 0) committed({ call, userId, events, before, after: user.stored });
    },

    /** An item is gone, since its time to live was over. */
    tidiedUp({ pk, sk }: Change['key']): void {
      const part = PARTS.find(([, key]) => key === sk)?.[0];
      if (part === undefined) return;
      const user = knownOf(pk.slice(USERS.length));
      const { [part]: _, ...replayed } = user.replayed;
      Object.assign(user, { replayed, stored: storedOf(pk.slice(USERS.length)) });
    },
  };
};
