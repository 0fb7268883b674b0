import { accept, run } from '../domain/decision.ts';
import { defineOperation } from './operation.ts';

/** Kinds of factors in ZITADEL's user service, by their numbers. */
const FACTORS = ['OTP', 'OTP_SMS', 'OTP_EMAIL', 'U2F'] as const;

const STATES = [
  'AUTH_FACTOR_STATE_UNSPECIFIED',
  'AUTH_FACTOR_STATE_NOT_READY',
  'AUTH_FACTOR_STATE_READY',
  'AUTH_FACTOR_STATE_REMOVED',
] as const;

/** An empty list asks for all. */
const asksFor = <Value>(list: readonly Value[], value: Value): boolean => list.length === 0 || list.includes(value);

/** Lists the factors of a user that are of the kinds and in the states that are asked for. */
export const listUserFactors = defineOperation({
  service: null,
  rpc: 'ListUserAuthenticationFactors',
  http: 'POST /users/{user_id}/authentication_factors/_search',
  allows: { user: true, service: 'READ' },
  summary: 'List the factors of a user',
  description:
    'Lists the factors of the user: this one, or none. Kinds and states narrow the list; without them it is whole.',
  reads: true,
  fields: {
    authFactors: { number: 2, values: FACTORS, isList: true },
    states: { number: 3, values: STATES, isList: true },
  },
  command:
    () =>
    ({ authFactors, states }) =>
    async (user, context) => ({
      outcome: run(() => accept(), user, undefined, context),
      secrets: { isAskedFor: asksFor(authFactors, 'OTP_SMS') && asksFor(states, 'AUTH_FACTOR_STATE_READY') },
    }),
  view: ({ after }, _context, { isAskedFor }) =>
    after.otpSms && isAskedFor ? { result: [{ state: 'AUTH_FACTOR_STATE_READY', otpSms: {} }] } : {},
});
