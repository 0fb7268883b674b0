import * as domain from '../domain/phone.ts';
import { CODE } from './fields.ts';
import { defineOperation } from './operation.ts';
import { verifyBy } from './verification.ts';
import { detailsOfChange } from './views.ts';

/** Verifies the phone with the code that was sent to it. */
export const verifyPhone = defineOperation({
  service: 'zitadel.auth.v1.AuthService',
  rpc: 'VerifyMyPhone',
  http: 'POST /users/me/phone/_verify',
  allows: { user: true },
  summary: 'Verify the phone',
  description: 'Verifies the number with the code that was sent to it.',
  fields: { code: CODE },
  beforeRepeat: domain.refuseIfVerificationLocked,
  command: (dependencies) => verifyBy(dependencies, domain.verifyPhone),
  view: (outcome) => ({ details: detailsOfChange(outcome) }),
});
