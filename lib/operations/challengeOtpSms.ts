import { CHALLENGE } from './challenge.ts';
import { defineOperation } from './operation.ts';

/** Sends the user a code of the factor. */
export const challengeOtpSms = defineOperation({
  service: 'otpsms.v1.ChallengeService',
  rpc: 'ChallengeMyOTPSMS',
  http: 'POST /users/me/auth_factors/otp_sms/_challenge',
  allows: { user: true },
  summary: 'Send a code of the factor',
  description:
    'Sends a code to the number that was verified last. With the `challengeId` of the pending challenge it gives that one again, and sends nothing.',
  ...CHALLENGE,
});
