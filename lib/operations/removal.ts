import { decideWith } from '../commands/command.ts';
import { withStepUp } from '../commands/withStepUp.ts';
import type { Decide } from '../domain/decision.ts';
import { proofVerifier } from './dependencies.ts';
import type { Behaviour } from './operation.ts';
import { detailsOfChange } from './views.ts';

/** Takes something away that protects the account: of a user it may want a fresh proof. */
export const removalBy = (decide: Decide<unknown>): Behaviour<Record<never, never>> => ({
  command: (dependencies) => withStepUp(proofVerifier(dependencies), decideWith(decide)),
  view: (outcome) => ({ details: detailsOfChange(outcome) }),
});
