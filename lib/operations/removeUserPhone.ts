import * as domain from '../domain/phone.ts';
import { defineOperation } from './operation.ts';
import { removalBy } from './removal.ts';

/** Removes the phone of a user, and the factor with it. */
export const removeUserPhone = defineOperation({
  service: null,
  rpc: 'RemoveUserPhone',
  http: 'DELETE /users/{user_id}/phone',
  allows: { user: true, service: 'WRITE' },
  summary: 'Remove the phone of a user',
  description: 'Removes the number, and the factor with it. A service needs no proof of the user.',
  ...removalBy(domain.removePhone),
});
