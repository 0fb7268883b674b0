import * as domain from '../domain/removeOtpSms.ts';
import { defineOperation } from './operation.ts';
import { removalBy } from './removal.ts';

/** Removes the factor of a user. */
export const removeUserOtpSms = defineOperation({
  service: null,
  rpc: 'RemoveUserOTPSMS',
  http: 'DELETE /users/{user_id}/otp_sms',
  allows: { user: true, service: 'WRITE' },
  summary: 'Remove the factor of a user',
  description: 'Takes the factor away; the phone stays. A service needs no proof of the user.',
  ...removalBy(domain.removeOtpSms),
});
