import { withStepUp } from '../auth/stepUp.ts';
import { decideWith } from '../commands/command.ts';
import * as domain from '../domain/removeOtpSms.ts';
import { proofVerifier } from './dependencies.ts';
import { defineOperation } from './operation.ts';
import { detailsOfChange } from './views.ts';

/** Removes the factor. */
export const removeOtpSms = defineOperation({
  service: 'zitadel.auth.v1.AuthService',
  rpc: 'RemoveMyAuthFactorOTPSMS',
  http: 'DELETE /users/me/auth_factors/otp_sms',
  allows: { user: true },
  summary: 'Remove the factor',
  description: 'Takes the factor away. A pending code is void with it.',
  command: (dependencies) => withStepUp(proofVerifier(dependencies), decideWith(domain.removeOtpSms)),
  view: (outcome) => ({ details: detailsOfChange(outcome) }),
});
