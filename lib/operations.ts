import { detailsOfCreation } from './details.ts';
import { addOtpSms as decideAddOtpSms } from './domain/addOtpSms.ts';
import type { Decide, Outcome } from './domain/decision.ts';

/** One operation of the API: how it is called, what decides it, and what it answers. */
export type Operation = {
  /** Method of the RPC service. */
  readonly rpc: string;
  /** Verb and path below the base path. */
  readonly http: `${'GET' | 'POST' | 'PUT' | 'DELETE'} /${string}`;
  readonly decide: Decide<unknown>;
  /** The response message in its JSON form. */
  readonly answer: (outcome: Outcome) => object;
};

export const addOtpSms: Operation = {
  rpc: 'AddMyAuthFactorOTPSMS',
  http: 'POST /users/me/auth_factors/otp_sms',
  decide: decideAddOtpSms,
  answer: (outcome) => ({ details: detailsOfCreation(outcome) }),
};
