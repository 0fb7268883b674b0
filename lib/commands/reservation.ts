import type { Effect, Reservation } from './command.ts';

/**
 * What a request has reserved for its effect, over all attempts: it is held while the decision is taken again, since
 * giving it back and taking it anew would cost as much as a message.
 */
export const createHold = () => {
  let held: (Reservation & Pick<Effect, 'subject'>) | undefined;
  const giveBack = async () => {
    const unused = held;
    held = undefined;
    await unused?.giveBack();
  };
  return {
    /** Reserves what the effect will use, unless that is held. Throws what the reservation throws. */
    async reserve(effect: Effect | undefined): Promise<void> {
      if (effect === undefined || effect.subject === held?.subject) return;
      await giveBack();
      held = { ...(await effect.reserve()), subject: effect.subject };
    },
    /** The effect follows: there is nothing to give back any more. */
    use(): void {
      held = undefined;
    },
    /** Gives back what is held, if anything is. */
    giveBack,
  };
};

/** What a request holds for its effect. */
export type Hold = ReturnType<typeof createHold>;
