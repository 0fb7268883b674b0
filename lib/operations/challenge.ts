import { hashChallengeId } from '../codes/nonce.ts';
import type { CommandHandler } from '../commands/command.ts';
import { sendCode } from '../commands/sendCode.ts';
import * as domain from '../domain/challenge.ts';
import type { Purpose } from '../domain/code.ts';
import { run } from '../domain/decision.ts';
import { verifiedPhoneOf } from '../domain/user.ts';
import { codeSending, type Dependencies } from './dependencies.ts';
import { CHALLENGE_ID, type Input, PURPOSE } from './fields.ts';
import type { Behaviour } from './operation.ts';
import { challengeOf, detailsOfChange } from './views.ts';

const FIELDS = {
  purpose: { number: 1, ...PURPOSE },
  challengeId: { number: 2, min: 0, max: CHALLENGE_ID.max },
} as const;

const purposeOf = ({ purpose }: Input<typeof FIELDS>): Purpose => (purpose === 'PURPOSE_STEP_UP' ? 'STEP_UP' : 'LOGIN');

/** Gives the pending challenge again, with the purpose that it has. */
const resume: CommandHandler<Input<typeof FIELDS>> =
  ({ challengeId }) =>
  async (user, context) => ({
    outcome: run(domain.resumeChallenge, user, { challengeHash: hashChallengeId(challengeId) }, context),
    secrets: { challengeId },
  });

/** Sends a code of the factor to the phone that was verified last, or gives a challenge again by its id. */
export const CHALLENGE: Behaviour<typeof FIELDS> = {
  fields: FIELDS,
  beforeRepeat: domain.refuseIfLocked,
  command: (dependencies: Dependencies) => {
    const send = sendCode(codeSending(dependencies), {
      kind: 'OTP_SMS',
      decide: domain.challengeOtpSms,
      numberOf: verifiedPhoneOf,
      purposeOf,
      ofNonce: (nonce, input) => ({ challengeHash: hashChallengeId(nonce), purpose: purposeOf(input) }),
    });
    return (input, request) => (input.challengeId === '' ? send : resume)(input, request);
  },
  view: (outcome, context, secrets) => ({
    details: detailsOfChange(outcome),
    challenge: challengeOf(outcome, context, secrets),
  }),
};
