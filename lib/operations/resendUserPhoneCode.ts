import { sendCode, VERIFICATION } from '../commands/sendCode.ts';
import { withStepUp } from '../commands/withStepUp.ts';
import { renaming } from '../domain/decision.ts';
import * as domain from '../domain/phone.ts';
import { phoneOf } from '../domain/user.ts';
import { codeSending, proofVerifier } from './dependencies.ts';
import { ALTERNATIVE, type Input } from './fields.ts';
import { defineOperation, forServices } from './operation.ts';
import { detailsOfChange } from './views.ts';

const FIELDS = { sendCode: { number: 3, ...ALTERNATIVE }, returnCode: { number: 4, ...ALTERNATIVE } } as const;

/** Under the id that ZITADEL's user service has for them. */
const NAMES = { PHONE_NOT_SET: 'USER_PHONE_NOT_PENDING', PHONE_ALREADY_VERIFIED: 'USER_PHONE_NOT_PENDING' } as const;

/** Sends another code to the phone of a user. */
export const resendUserPhoneCode = defineOperation({
  service: null,
  rpc: 'ResendUserPhoneCode',
  http: 'POST /users/{user_id}/phone/resend',
  allows: { user: true, service: 'WRITE' },
  summary: 'Send a user another verification code',
  description:
    'Sends another code to the number that was set, or answers it to a service (`returnCode`), which brings it to the user. The former code is void.',
  fields: FIELDS,
  command: (dependencies) => {
    const send = withStepUp(
      proofVerifier(dependencies),
      sendCode<Input<typeof FIELDS>, { readonly salt: string }>(codeSending(dependencies), {
        ...VERIFICATION,
        decide: renaming(domain.resendPhoneVerification, NAMES),
        numberOf: phoneOf,
        isAnswered: ({ returnCode }) => returnCode === 'true',
      }),
    );
    return forServices(({ returnCode }) => returnCode === 'true', send);
  },
  view: (outcome, _context, { verificationCode }) => ({
    details: detailsOfChange(outcome),
    ...(verificationCode !== undefined && { verificationCode }),
  }),
});
