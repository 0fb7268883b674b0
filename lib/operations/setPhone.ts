import { sendCode, VERIFICATION } from '../commands/sendCode.ts';
import { withStepUp } from '../commands/withStepUp.ts';
import * as domain from '../domain/phone.ts';
import { readPhoneNumber } from '../domain/readPhoneNumber.ts';
import { codeSending, proofVerifier } from './dependencies.ts';
import { defineOperation } from './operation.ts';
import { detailsOfChange, verificationOf } from './views.ts';

/** Sets the phone, and sends a code to verify it. */
export const setPhone = defineOperation({
  service: 'zitadel.auth.v1.AuthService',
  rpc: 'SetMyPhone',
  http: 'PUT /users/me/phone',
  allows: { user: true },
  summary: 'Set the phone',
  description:
    'Sets a number and sends a code to verify it. The factor stays with the number that was verified last until the new one is verified.',
  fields: { phone: { number: 1, min: 1, max: 200, read: readPhoneNumber, otherwise: 'PHONE_INVALID' } },
  command: (dependencies) =>
    withStepUp(
      proofVerifier(dependencies),
      sendCode(codeSending(dependencies), {
        ...VERIFICATION,
        decide: domain.setPhone,
        numberOf: (_user, { phone }) => phone,
      }),
    ),
  view: (outcome, context) => ({ details: detailsOfChange(outcome), ...verificationOf(outcome, context) }),
});
