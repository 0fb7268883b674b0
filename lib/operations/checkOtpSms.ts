import { withProof } from '../auth/proofs.ts';
import { hashChallengeId } from '../codes/nonce.ts';
import { checkCode } from '../commands/checkCode.ts';
import * as domain from '../domain/challenge.ts';
import { codeKey, proofs } from './dependencies.ts';
import { CHALLENGE_ID, CODE } from './fields.ts';
import { defineOperation } from './operation.ts';
import { detailsOfChange } from './views.ts';

/** Checks a code of the factor, and proves that it was right. */
export const checkOtpSms = defineOperation({
  service: 'otpsms.v1.ChallengeService',
  rpc: 'CheckMyOTPSMS',
  http: 'POST /users/me/auth_factors/otp_sms/_check',
  summary: 'Check a code of the factor',
  description:
    'Checks the code, for whoever has the `challengeId` that it was asked for under, and answers a signed proof where the deployment gives proofs.',
  fields: {
    code: CODE,
    nonce: { number: 2, min: 0, max: 255 },
    challengeId: { number: 3, ...CHALLENGE_ID },
  },
  ofSession: true,
  beforeRepeat: domain.refuseIfLocked,
  proofs,
  command: (dependencies) =>
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
});
