import { decideWith } from '../commands/command.ts';
import { accept } from '../domain/decision.ts';
import { defineOperation } from './operation.ts';
import { factorOf } from './views.ts';

/** Shows the factor of a user and what state it is in: for the user, and for a help desk. */
export const getUserOtpSms = defineOperation({
  service: null,
  rpc: 'GetUserOTPSMS',
  http: 'GET /users/{user_id}/otp_sms',
  allows: { user: true, service: 'READ' },
  summary: 'Show the factor of a user',
  description:
    'Shows whether the factor is on, the masked number, what is pending, and the wrong codes that are counted with the locks that came of them.',
  reads: true,
  command: () => decideWith(() => accept()),
  view: factorOf,
});
