import { CHECK } from './check.ts';
import { defineOperation } from './operation.ts';

/** Checks a code of the user's factor. */
export const checkOtpSms = defineOperation({
  service: 'otpsms.v1.ChallengeService',
  rpc: 'CheckMyOTPSMS',
  http: 'POST /users/me/auth_factors/otp_sms/_check',
  allows: { user: true },
  summary: 'Check a code of the factor',
  description:
    'Checks the code, for whoever has the `challengeId` that it was asked for under, and answers a signed proof where the deployment gives proofs.',
  ...CHECK,
});
