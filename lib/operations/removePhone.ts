import { withStepUp } from '../auth/stepUp.ts';
import { decideWith } from '../commands/command.ts';
import * as domain from '../domain/phone.ts';
import { proofVerifier } from './dependencies.ts';
import { defineOperation } from './operation.ts';
import { detailsOfChange } from './views.ts';

/** Removes the phone, and the factor with it. */
export const removePhone = defineOperation({
  service: 'zitadel.auth.v1.AuthService',
  rpc: 'RemoveMyPhone',
  http: 'DELETE /users/me/phone',
  allows: { user: true },
  summary: 'Remove the phone',
  description: 'Removes the number, and the factor with it.',
  command: (dependencies) => withStepUp(proofVerifier(dependencies), decideWith(domain.removePhone)),
  view: (outcome) => ({ details: detailsOfChange(outcome) }),
});
