import { decideWith } from '../commands/command.ts';
import { accept } from '../domain/decision.ts';
import { isPhoneVerified } from '../domain/user.ts';
import { defineOperation } from './operation.ts';
import { detailsOfUser, verificationOf } from './views.ts';

/** Shows the phone that was set last, and whether it is verified. */
export const getPhone = defineOperation({
  service: 'zitadel.auth.v1.AuthService',
  rpc: 'GetMyPhone',
  http: 'GET /users/me/phone',
  allows: { user: true },
  summary: 'Show the phone',
  description: 'Shows the number that was set last, and whether it is verified.',
  reads: true,
  command: () => decideWith(() => accept()),
  view: (outcome, context) => {
    const { root } = outcome.after;
    return {
      ...(root && { details: detailsOfUser(root) }),
      ...(root?.phone !== undefined && {
        phone: { phone: root.phone, ...(isPhoneVerified(root) && { isPhoneVerified: true }) },
      }),
      ...verificationOf(outcome, context),
    };
  },
});
