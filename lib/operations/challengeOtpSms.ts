import { sendCode } from '../commands/sendCode.ts';
import * as domain from '../domain/challenge.ts';
import { verifiedPhoneOf } from '../domain/user.ts';
import { codeSending } from './dependencies.ts';
import { defineOperation } from './operation.ts';
import { challengeOf, detailsOfChange } from './views.ts';

/** Sends a login code to the phone that was verified last. */
export const challengeOtpSms = defineOperation({
  service: 'otpsms.v1.ChallengeService',
  rpc: 'ChallengeMyOTPSMS',
  http: 'POST /users/me/auth_factors/otp_sms/_challenge',
  summary: 'Send a login code',
  description: 'Sends a code to the number that was verified last.',
  command: (dependencies) => sendCode(codeSending(dependencies), 'OTP_SMS', domain.challengeOtpSms, verifiedPhoneOf),
  view: (outcome, context) => ({ details: detailsOfChange(outcome), challenge: challengeOf(outcome, context) }),
});
