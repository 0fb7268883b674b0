import { type Decide, run } from '../domain/decision.ts';
import type { MakePlan } from './execute.ts';

/** The plan of a decision that needs nothing but the user, and that nothing follows. */
export const deciding =
  (decide: Decide<unknown>): MakePlan<unknown> =>
  async (user, _call, context) => ({ outcome: run(decide, user, undefined, context) });
