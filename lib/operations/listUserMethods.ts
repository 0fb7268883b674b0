import { decideWith } from '../commands/command.ts';
import { accept } from '../domain/decision.ts';
import { defineOperation } from './operation.ts';

/** Lists by what a user can sign in, as far as it is known here. */
export const listUserMethods = defineOperation({
  service: null,
  rpc: 'ListUserAuthenticationMethods',
  http: 'GET /users/{user_id}/authentication_methods',
  allows: { user: true, service: 'READ' },
  summary: 'List the methods of a user',
  description: 'Lists by what the user can sign in: by SMS codes, or by nothing that is known here.',
  reads: true,
  command: () => decideWith(() => accept()),
  view: ({ after: { root, otpSms } }) => ({
    details: {
      ...(otpSms && { totalResult: '1' }),
      ...(root && { processedSequence: String(root.sequence), timestamp: root.changeDate }),
    },
    ...(otpSms && { authMethodTypes: ['AUTHENTICATION_METHOD_TYPE_OTP_SMS'] }),
  }),
});
