import { CHECK } from './check.ts';
import { defineOperation } from './operation.ts';

/** Checks a code of a user who has no access token yet: for the back end of a login. */
export const checkUserOtpSms = defineOperation({
  service: null,
  rpc: 'CheckUserOTPSMS',
  http: 'POST /users/{user_id}/otp_sms/_check',
  allows: { user: true, service: 'CHALLENGE' },
  summary: "Check a code of a user's factor",
  description:
    'Checks the code, for whoever has the `challengeId` that it was asked for under, and answers a signed proof for the asking service, where the deployment gives proofs.',
  ...CHECK,
});
