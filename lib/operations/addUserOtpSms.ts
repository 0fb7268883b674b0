import { decideWith } from '../commands/command.ts';
import * as domain from '../domain/addOtpSms.ts';
import { defineOperation } from './operation.ts';
import { detailsOfCreation } from './views.ts';

/** Enrols the OTP-SMS factor of a user. */
export const addUserOtpSms = defineOperation({
  service: null,
  rpc: 'AddUserOTPSMS',
  http: 'POST /users/{user_id}/otp_sms',
  allows: { user: true, service: 'WRITE' },
  summary: 'Enrol the factor of a user',
  description: 'Makes SMS codes the second factor of the user. It needs a verified phone.',
  command: () => decideWith(domain.addOtpSms),
  view: (outcome) => ({ details: detailsOfCreation(outcome) }),
});
