import { createInbox } from '../../infra/local/inbox.ts';
import type { Reason } from '../../lib/errors/errors.ts';

const inbox = createInbox();

/** A number that no message of the development side arrives at, for the reason. Throws where there is none. */
export const failingNumber = (reason: Reason): string => {
  const numbers = [1, 2, 3, 4, 5, 6].map((last) => `+4179000000${last}`);
  const found = numbers.find((to) => inbox.receive({ to, body: '', timeToLive: 0 }) === reason);
  if (found === undefined) throw new Error(`No number fails for ${reason}`);
  return found;
};
