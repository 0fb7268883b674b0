import { withStepUp } from '../auth/stepUp.ts';
import { sendCode } from '../commands/sendCode.ts';
import { readProofSettings } from '../config/proofs.ts';
import * as domain from '../domain/phone.ts';
import { parsePhoneNumber } from '../domain/phoneNumber.ts';
import { codeSending } from './dependencies.ts';
import { defineOperation } from './operation.ts';
import { detailsOfChange } from './views.ts';

/** Sets the phone, and sends a code to verify it. */
export const setPhone = defineOperation({
  service: 'zitadel.auth.v1.AuthService',
  rpc: 'SetMyPhone',
  http: 'PUT /users/me/phone',
  fields: { phone: { number: 1, min: 1, max: 50, form: /^\+/ } },
  command: (dependencies) =>
    withStepUp(
      readProofSettings(dependencies.config.env),
      sendCode(codeSending(dependencies), 'PHONE', domain.setPhone, (_user, { phone }) => parsePhoneNumber(phone)),
    ),
  view: (outcome) => ({ details: detailsOfChange(outcome) }),
});
