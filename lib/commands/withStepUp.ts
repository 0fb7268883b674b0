import type { VerifyProof } from '../auth/stepUp.ts';
import { wantsStepUp } from '../domain/stepUp.ts';
import type { CommandHandler } from './command.ts';

/**
 * The command handler of a decision that may want a fresh proof of the second factor (RFC 9470), which is verified once a
 * request, and only where it is wanted.
 */
export const withStepUp =
  <Input>(verifyProof: VerifyProof | null, handle: CommandHandler<Input>): CommandHandler<Input> =>
  (input, request) => {
    const { stepUpProof, userId } = request;
    const decide = handle(input, request);
    if (!verifyProof || stepUpProof === undefined) return decide;
    let verified: ReturnType<VerifyProof> | undefined;
    return async (user, context) => {
      if (!wantsStepUp(user, context)) return decide(user, context);
      verified ??= verifyProof(stepUpProof, userId);
      const stepUp = await verified;
      return decide(user, { ...context, ...(stepUp && { stepUp }) });
    };
  };
