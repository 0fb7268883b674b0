import { decideWith } from '../commands/command.ts';
import * as domain from '../domain/addOtpSms.ts';
import { defineOperation } from './operation.ts';
import { detailsOfCreation } from './views.ts';

/** Enrols the OTP-SMS factor. */
export const addOtpSms = defineOperation({
  service: 'zitadel.auth.v1.AuthService',
  rpc: 'AddMyAuthFactorOTPSMS',
  http: 'POST /users/me/auth_factors/otp_sms',
  allows: { user: true },
  summary: 'Enrol the factor',
  description: 'Makes SMS codes the second factor of the user. It needs a verified phone.',
  command: () => decideWith(domain.addOtpSms),
  view: (outcome) => ({ details: detailsOfCreation(outcome) }),
});
