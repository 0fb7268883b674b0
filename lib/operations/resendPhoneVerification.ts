import { sendCode } from '../commands/sendCode.ts';
import * as domain from '../domain/phone.ts';
import { parsePhoneNumber } from '../domain/phoneNumber.ts';
import { codeSending } from './dependencies.ts';
import { defineOperation } from './operation.ts';
import { detailsOfChange } from './views.ts';

/** Sends another code to the phone that was set. */
export const resendPhoneVerification = defineOperation({
  service: 'zitadel.auth.v1.AuthService',
  rpc: 'ResendMyPhoneVerification',
  http: 'POST /users/me/phone/_resend_verification',
  command: (dependencies) =>
    sendCode(codeSending(dependencies), 'PHONE', domain.resendPhoneVerification, ({ root }) =>
      root?.phone === undefined ? undefined : parsePhoneNumber(root.phone),
    ),
  view: (outcome) => ({ details: detailsOfChange(outcome) }),
});
