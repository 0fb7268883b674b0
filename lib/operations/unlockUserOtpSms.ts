import { run } from '../domain/decision.ts';
import { unlock } from '../domain/unlock.ts';
import { defineOperation } from './operation.ts';
import { detailsOfChange } from './views.ts';

/** Has the wrong codes of a user forgotten, which opens every lock: for a help desk that has made sure who asks. */
export const unlockUserOtpSms = defineOperation({
  service: null,
  rpc: 'UnlockUserOTPSMS',
  http: 'POST /users/{user_id}/otp_sms/_unlock',
  allows: { service: 'WRITE' },
  summary: 'Unlock a user',
  description:
    'Has the wrong codes of the user forgotten, of logins and of verifications, which opens every lock of theirs. The reason stays in the log.',
  fields: { reason: { number: 1, min: 1, max: 200 } },
  command:
    () =>
    ({ reason }) =>
    async (user, context) => ({
      outcome: run(unlock, user, undefined, { ...context, stepUp: { by: 'SERVICE', reason } }),
    }),
  view: (outcome) => ({ details: detailsOfChange(outcome) }),
});
