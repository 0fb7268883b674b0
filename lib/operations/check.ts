import { hashChallengeId } from '../codes/nonce.ts';
import { checkCode } from '../commands/checkCode.ts';
import { withProof } from '../commands/withProof.ts';
import * as domain from '../domain/challenge.ts';
import { codeKey, type Dependencies, proofs } from './dependencies.ts';
import { CHALLENGE_ID, CODE } from './fields.ts';
import type { Behaviour } from './operation.ts';
import { detailsOfChange } from './views.ts';

const FIELDS = {
  code: CODE,
  nonce: { number: 2, min: 0, max: 255 },
  challengeId: { number: 3, ...CHALLENGE_ID },
} as const;

/** Checks a code of the factor, and proves that it was right. */
export const CHECK: Behaviour<typeof FIELDS> = {
  fields: FIELDS,
  ofSession: true,
  beforeRepeat: domain.refuseIfLocked,
  proofs,
  command: (dependencies: Dependencies) =>
    withProof(
      proofs(dependencies),
      checkCode(codeKey(dependencies), {
        kind: 'OTP_SMS',
        decide: domain.checkOtpSms,
        codeOf: ({ otpSmsCode }) => otpSmsCode,
        nonceOf: (_code, { challengeId }) => challengeId,
        commandOf: ({ challengeId }) => ({ challengeHash: hashChallengeId(challengeId) }),
      }),
    ),
  view: (outcome) => ({ details: detailsOfChange(outcome) }),
};
