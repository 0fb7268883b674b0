import { eraseUser } from '../commands/eraseUser.ts';
import { createErasures } from '../storage/erasures.ts';
import { defineOperation } from './operation.ts';
import { detailsOfChange } from './views.ts';

/** Erases all there is of a user (GDPR, article 17). */
export const deleteUser = defineOperation({
  service: null,
  rpc: 'DeleteUser',
  http: 'DELETE /users/{user_id}',
  allows: { service: 'WRITE' },
  summary: 'Erase a user',
  description:
    'Erases the phone, the factor, codes, the log, kept answers and used proofs of the user. Call it again until it answers `USER_NOT_FOUND`: `USER_BEING_ERASED` says that something is left.',
  isIdempotent: true,
  command: ({ client, config }) => eraseUser(createErasures(client, config.table)),
  view: (outcome) => ({ details: detailsOfChange(outcome) }),
});
