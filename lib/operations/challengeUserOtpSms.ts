import { CHALLENGE } from './challenge.ts';
import { defineOperation } from './operation.ts';

/** Sends a code of the factor to a user who has no access token yet: for the back end of a login. */
export const challengeUserOtpSms = defineOperation({
  service: null,
  rpc: 'ChallengeUserOTPSMS',
  http: 'POST /users/{user_id}/otp_sms/_challenge',
  allows: { user: true, service: 'CHALLENGE' },
  summary: 'Send a user a code of the factor',
  description:
    'Sends a code to the number that the user verified last, after a first factor that the caller has seen. `COMMAND-SFD52` says that the user is not enrolled: let them pass, or enrol first.',
  ...CHALLENGE,
});
