import type { CommandHandler } from '../commands/command.ts';
import { sendCode, VERIFICATION } from '../commands/sendCode.ts';
import { withStepUp } from '../commands/withStepUp.ts';
import { renaming, run } from '../domain/decision.ts';
import * as domain from '../domain/phone.ts';
import { readPhoneNumber } from '../domain/readPhoneNumber.ts';
import { codeSending, proofVerifier } from './dependencies.ts';
import { ALTERNATIVE, type Input } from './fields.ts';
import { defineOperation, forServices } from './operation.ts';
import { detailsOfChange } from './views.ts';

const FIELDS = {
  phone: { number: 2, min: 1, max: 200, read: readPhoneNumber, otherwise: 'PHONE_INVALID' },
  sendCode: { number: 3, ...ALTERNATIVE },
  returnCode: { number: 4, ...ALTERNATIVE },
  isVerified: { number: 5, ...ALTERNATIVE },
} as const;

/** Under the id that ZITADEL's user service has for it. */
const NAMES = { PHONE_UNCHANGED: 'USER_PHONE_UNCHANGED' } as const;

/** Sets the phone of a user: one that a code is sent to, or one that a service vouches for. */
export const setUserPhone = defineOperation({
  service: null,
  rpc: 'SetUserPhone',
  http: 'POST /users/{user_id}/phone',
  allows: { user: true, service: 'WRITE' },
  summary: 'Set the phone of a user',
  description:
    'Sets a number and sends a code to verify it. A service may vouch for the number (`isVerified`), or have the code answered and bring it to the user itself (`returnCode`); it needs no proof of the user.',
  fields: FIELDS,
  command: (dependencies) => {
    const sending = codeSending(dependencies);
    const send = withStepUp(
      proofVerifier(dependencies),
      sendCode<Input<typeof FIELDS>, { readonly salt: string }>(sending, {
        ...VERIFICATION,
        decide: renaming(domain.setPhone, NAMES),
        numberOf: (_user, { phone }) => phone,
        isAnswered: ({ returnCode }) => returnCode === 'true',
      }),
    );
    const vouch: CommandHandler<Input<typeof FIELDS>> =
      ({ phone }) =>
      async (user, context) => {
        const number = { ...phone, phoneHash: await sending.hashPhone(phone.phone) };
        return { outcome: run(renaming(domain.setVerifiedPhone, NAMES), user, number, context) };
      };
    // In the reference a user can have the code answered, and so prove a number that they do not hold.
    return forServices(
      ({ isVerified, returnCode }) => isVerified === 'true' || returnCode === 'true',
      (input, request) => (input.isVerified === 'true' ? vouch : send)(input, request),
    );
  },
  view: (outcome, _context, { verificationCode }) => ({
    details: detailsOfChange(outcome),
    ...(verificationCode !== undefined && { verificationCode }),
  }),
});
