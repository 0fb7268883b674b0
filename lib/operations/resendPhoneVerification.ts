import { sendCode, VERIFICATION } from '../commands/sendCode.ts';
import { withStepUp } from '../commands/withStepUp.ts';
import * as domain from '../domain/phone.ts';
import { phoneOf } from '../domain/user.ts';
import { codeSending, proofVerifier } from './dependencies.ts';
import { defineOperation } from './operation.ts';
import { detailsOfChange, verificationOf } from './views.ts';

/** Sends another code to the phone that was set. */
export const resendPhoneVerification = defineOperation({
  service: 'zitadel.auth.v1.AuthService',
  rpc: 'ResendMyPhoneVerification',
  http: 'POST /users/me/phone/_resend_verification',
  allows: { user: true },
  summary: 'Send another verification code',
  description: 'Sends another code to the number that was set. The former code is void.',
  command: (dependencies) =>
    withStepUp(
      proofVerifier(dependencies),
      sendCode(codeSending(dependencies), {
        ...VERIFICATION,
        decide: domain.resendPhoneVerification,
        numberOf: phoneOf,
      }),
    ),
  view: (outcome, context) => ({ details: detailsOfChange(outcome), ...verificationOf(outcome, context) }),
});
