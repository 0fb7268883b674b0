import { type Decide, refuse } from './decision.ts';

/** A decision that weakens the account: with a factor on, it may be taken only after a fresh proof of that factor. */
export const requireStepUp =
  <Command>(decide: Decide<Command>): Decide<Command> =>
  (user, command, context) =>
    context.policy.stepUpRequired && user.otpSms && !context.steppedUp
      ? refuse('STEP_UP_REQUIRED')
      : decide(user, command, context);
