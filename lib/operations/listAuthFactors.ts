import { decideWith } from '../commands/command.ts';
import { accept } from '../domain/decision.ts';
import { defineOperation } from './operation.ts';

/** Lists the factors of the user: the one there is, or none. */
export const listAuthFactors = defineOperation({
  service: 'zitadel.auth.v1.AuthService',
  rpc: 'ListMyAuthFactors',
  http: 'POST /users/me/auth_factors/_search',
  allows: { user: true },
  summary: 'List the factors',
  description: 'Lists the factors of the user: this one, or none.',
  reads: true,
  command: () => decideWith(() => accept()),
  view: ({ after }) => (after.otpSms ? { result: [{ state: 'AUTH_FACTOR_STATE_READY', otpSms: {} }] } : {}),
});
