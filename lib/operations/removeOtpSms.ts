import * as domain from '../domain/removeOtpSms.ts';
import { defineOperation } from './operation.ts';
import { removalBy } from './removal.ts';

/** Removes the factor. */
export const removeOtpSms = defineOperation({
  service: 'zitadel.auth.v1.AuthService',
  rpc: 'RemoveMyAuthFactorOTPSMS',
  http: 'DELETE /users/me/auth_factors/otp_sms',
  allows: { user: true },
  summary: 'Remove the factor',
  description: 'Takes the factor away. A pending code is void with it.',
  ...removalBy(domain.removeOtpSms),
});
