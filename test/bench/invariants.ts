import { isDeepStrictEqual } from 'node:util';
import { eventKey, userPartition } from '../../lib/storage/keys.ts';
import { type Item, logOf, replayedState, stateOf } from '../support/replay.ts';

/** What does not hold about a user's items: a log without gap or repeat, and the state that it replays to. */
export const brokenInvariants = (user: string, items: readonly Item[]): string[] => {
  const log = logOf(items);
  const gaps = log.flatMap(({ sk, sequence }, i) =>
    sk === eventKey(i + 1) && sequence === i + 1 ? [] : [`${user}: ${sk} stands at ${i + 1}`],
  );
  return isDeepStrictEqual(stateOf(items), replayedState(userPartition(user), log))
    ? gaps
    : [...gaps, `${user}: the state is not what the log replays to`];
};
