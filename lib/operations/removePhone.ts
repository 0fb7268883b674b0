import * as domain from '../domain/phone.ts';
import { defineOperation } from './operation.ts';
import { removalBy } from './removal.ts';

/** Removes the phone, and the factor with it. */
export const removePhone = defineOperation({
  service: 'zitadel.auth.v1.AuthService',
  rpc: 'RemoveMyPhone',
  http: 'DELETE /users/me/phone',
  allows: { user: true },
  summary: 'Remove the phone',
  description: 'Removes the number, and the factor with it.',
  ...removalBy(domain.removePhone),
});
