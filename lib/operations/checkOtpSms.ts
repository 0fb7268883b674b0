import { withProof } from '../auth/proofs.ts';
import { checkCode } from '../commands/checkCode.ts';
import * as domain from '../domain/challenge.ts';
import { codeKey, proofIssuer } from './dependencies.ts';
import { CODE } from './fields.ts';
import { defineOperation } from './operation.ts';
import { detailsOfChange } from './views.ts';

/** Checks a login code, and proves that it was right. */
export const checkOtpSms = defineOperation({
  service: 'otpsms.v1.ChallengeService',
  rpc: 'CheckMyOTPSMS',
  http: 'POST /users/me/auth_factors/otp_sms/_check',
  summary: 'Check a login code',
  description: 'Checks the code, and answers a signed proof where the deployment gives proofs.',
  fields: { code: CODE, nonce: { number: 2, min: 0, max: 255 } },
  command: (dependencies) =>
    withProof(
      proofIssuer(dependencies.config.env),
      checkCode(codeKey(dependencies), 'OTP_SMS', domain.checkOtpSms, ({ otpSmsCode }) => otpSmsCode),
    ),
  view: (outcome) => ({ details: detailsOfChange(outcome) }),
});
