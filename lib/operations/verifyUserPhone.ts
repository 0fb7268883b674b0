import { renaming } from '../domain/decision.ts';
import * as domain from '../domain/phone.ts';
import { CODE } from './fields.ts';
import { defineOperation } from './operation.ts';
import { verifyBy } from './verification.ts';
import { detailsOfChange } from './views.ts';

/** Under the id that ZITADEL's user service has for them. */
const NAMES = {
  PHONE_CODE_INVALID: 'USER_PHONE_CODE_INVALID',
  PHONE_CODE_NOT_PENDING: 'USER_PHONE_CODE_INVALID',
  PHONE_CODE_LENGTH: 'USER_PHONE_CODE_LENGTH',
} as const;

/** Verifies the phone of a user with the code that was sent to it. */
export const verifyUserPhone = defineOperation({
  service: null,
  rpc: 'VerifyUserPhone',
  http: 'POST /users/{user_id}/phone/verify',
  allows: { user: true, service: 'WRITE' },
  summary: 'Verify the phone of a user',
  description: 'Verifies the number with the code that was sent to it, or that a service has brought to the user.',
  fields: { verificationCode: { ...CODE, number: 2, max: 20 } },
  beforeRepeat: renaming(domain.refuseIfVerificationLocked, NAMES),
  command: (dependencies) => {
    const verify = verifyBy(dependencies, renaming(domain.verifyPhone, NAMES));
    return ({ verificationCode }, request) => verify({ code: verificationCode }, request);
  },
  view: (outcome) => ({ details: detailsOfChange(outcome) }),
});
