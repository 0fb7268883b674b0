import { checkCode } from '../commands/checkCode.ts';
import type { CommandHandler } from '../commands/command.ts';
import { withStepUp } from '../commands/withStepUp.ts';
import type { TypedCode } from '../domain/code.ts';
import type { Decide } from '../domain/decision.ts';
import { codeKey, type Dependencies, numberAttempts, proofVerifier } from './dependencies.ts';

/** The command handler of a decision on a code that verifies a phone. */
export const verifyBy = (
  dependencies: Dependencies,
  decide: Decide<TypedCode>,
): CommandHandler<{ readonly code: string }> =>
  withStepUp(
    proofVerifier(dependencies),
    checkCode(codeKey(dependencies), {
      kind: 'PHONE',
      decide,
      codeOf: ({ phoneCode }) => phoneCode,
      nonceOf: (code) => code?.salt,
      attempts: numberAttempts(dependencies),
      commandOf: () => ({}),
    }),
  );
