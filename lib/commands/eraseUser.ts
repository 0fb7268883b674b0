import { run } from '../domain/decision.ts';
import { erase } from '../domain/erase.ts';
import type { Erasures } from '../storage/erasures.ts';
import type { CommandHandler } from './command.ts';

/**
 * The command handler that erases a user: the commit puts a tombstone in the root's place, and all else goes after it. It
 * throws USER_BEING_ERASED where it is to be called again, which takes up what is left.
 */
export const eraseUser =
  (erasures: Erasures): CommandHandler<unknown> =>
  (_input, { userId, signal }) =>
  async (user, context) => {
    const outcome = run(erase, user, undefined, context);
    return {
      outcome,
      effect: {
        subject: 'erasure',
        reserve: async () => ({ giveBack: async () => {} }),
        run: () => erasures.finish(userId, outcome, signal),
      },
    };
  };
