import { withStepUp } from '../auth/stepUp.ts';
import { decideWith } from '../commands/command.ts';
import { readProofSettings } from '../config/proofs.ts';
import * as domain from '../domain/removeOtpSms.ts';
import { defineOperation } from './operation.ts';
import { detailsOfChange } from './views.ts';

/** Removes the factor. */
export const removeOtpSms = defineOperation({
  service: 'zitadel.auth.v1.AuthService',
  rpc: 'RemoveMyAuthFactorOTPSMS',
  http: 'DELETE /users/me/auth_factors/otp_sms',
  summary: 'Remove the factor',
  description: 'Takes the factor away. A pending code is void with it.',
  command: ({ config }) => withStepUp(readProofSettings(config.env), decideWith(domain.removeOtpSms)),
  view: (outcome) => ({ details: detailsOfChange(outcome) }),
});
