import { MAX_FAILED_ATTEMPTS, type Policy } from '../domain/policy.ts';
import { type Environment, list, optional, required, wholeNumber } from './env.ts';

/** Reads what a deployment chooses about the rules. Throws with the name of the variable and what to set it to. */
export const readPolicy = (env: Environment): Policy => ({
  defaultOwner: required(env, 'DEFAULT_RESOURCE_OWNER', 'the organisation of users whose tokens name none'),
  codeLife: wholeNumber(env, 'CODE_LIFE_SECONDS', 300, { min: 30, max: 600 }),
  codeDigits: wholeNumber(env, 'OTP_SMS_DIGITS', 6, { min: 6, max: 8 }),
  firstWait: wholeNumber(env, 'RESEND_WAIT_SECONDS', 30, { min: 1, max: 3_600 }),
  messagesPerDay: wholeNumber(env, 'SMS_BUDGET_USER', 10, { min: 1, max: 100 }),
  lockAfter: wholeNumber(env, 'LOCK_AFTER_FAILURES', 10, { min: 1, max: MAX_FAILED_ATTEMPTS }),
  stepUpRequired: readStepUp(env),
  countries: readCountries(env),
});

const readStepUp = (env: Environment): boolean => {
  const stepUp = optional(env, 'STEP_UP') ?? 'off';
  if (stepUp !== 'off' && stepUp !== 'required') throw new Error(`Set STEP_UP to required or off, not "${stepUp}"`);
  if (stepUp === 'required')
    required(env, 'PROOF_ISSUER', 'where proofs of the factor come from, as STEP_UP wants them');
  return stepUp === 'required';
};

const readCountries = (env: Environment): Policy['countries'] => {
  const countries = list(env, 'SMS_COUNTRIES') ?? [];
  if (countries.length === 1 && countries[0] === 'all') return 'all';
  const wrong = countries.find((country) => !/^(?!UK)[A-Z]{2}$/.test(country));
  if (wrong !== undefined)
    throw new Error(`Set SMS_COUNTRIES to ISO 3166-1 codes like CH,GB, or to all; not "${wrong}"`);
  return new Set(countries);
};
