import { withStepUp } from '../auth/stepUp.ts';
import { checkCode } from '../commands/checkCode.ts';
import * as domain from '../domain/phone.ts';
import { codeKey, numberAttempts, proofVerifier } from './dependencies.ts';
import { CODE } from './fields.ts';
import { defineOperation } from './operation.ts';
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
  command: (dependencies) =>
    withStepUp(
      proofVerifier(dependencies),
      checkCode(codeKey(dependencies), {
        kind: 'PHONE',
        decide: domain.verifyPhone,
        codeOf: ({ phoneCode }) => phoneCode,
        nonceOf: (code) => code?.salt,
        attempts: numberAttempts(dependencies),
        commandOf: () => ({}),
      }),
    ),
  view: (outcome) => ({ details: detailsOfChange(outcome) }),
});
