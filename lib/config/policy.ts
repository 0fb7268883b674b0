import { MAX_FAILED_ATTEMPTS, type Policy } from '../domain/policy.ts';
import { type Environment, list, optional, required, wholeNumber } from './env.ts';
import { SettingError } from './settingError.ts';

/** Reads what a deployment chooses about the rules. Throws with the name of the variable and what to set it to. */
export const readPolicy = (env: Environment): Policy => ({
  defaultOwner: required(env, 'DEFAULT_RESOURCE_OWNER', 'the organisation of users whose tokens name none'),
  codeLife: wholeNumber(env, 'CODE_LIFE_SECONDS', 300, { min: 30, max: 600 }),
  codeDigits: wholeNumber(env, 'OTP_SMS_DIGITS', 6, { min: 6, max: 8 }),
  firstWait: wholeNumber(env, 'RESEND_WAIT_SECONDS', 30, { min: 1, max: 3_600 }),
  messagesPerDay: wholeNumber(env, 'SMS_BUDGET_USER', 10, { min: 1, max: 100 }),
  lockAfter: wholeNumber(env, 'LOCK_AFTER_FAILURES', 10, { min: 1, max: MAX_FAILED_ATTEMPTS }),
  stepUp: readStepUp(env),
  countries: readCountries(env),
});

const readStepUp = (env: Environment): Policy['stepUp'] => {
  const stepUp = optional(env, 'STEP_UP') ?? 'required';
  if (stepUp !== 'off' && stepUp !== 'required')
    throw new SettingError('STEP_UP', ` to required or off, not "${stepUp}"`);
  const acrValues = readAuthentications(env, 'STEP_UP_ACR_VALUES');
  const amrValues = readAuthentications(env, 'STEP_UP_AMR_VALUES');
  if (stepUp === 'off') return 'off';
  if (acrValues.length + amrValues.length === 0) {
    required(env, 'PROOF_ISSUER', "this API's URL, which signs the proofs that STEP_UP=required wants");
  }
  return { acrValues, amrValues };
};

/** What every sign-in has (RFC 8176, section 2; levels of assurance that stand for none or one factor). */
const ONE_FACTOR = new Set(['pwd', 'pin', 'kba', 'user', '0', '1']);

/** A value that stands in a header between quotes (RFC 9470, section 3). */
const AUTHENTICATION = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

const readAuthentications = (env: Environment, name: string): readonly string[] => {
  const values = list(env, name) ?? [];
  const wrong = values.find((value) => ONE_FACTOR.has(value) || !AUTHENTICATION.test(value));
  if (wrong !== undefined)
    throw new SettingError(name, ` to what only a second factor gives, like mfa or phr, not "${wrong}"`);
  return values;
};

const readCountries = (env: Environment): Policy['countries'] => {
  const countries = list(env, 'SMS_COUNTRIES') ?? [];
  if (countries.length === 1 && countries[0] === 'all') return 'all';
  const wrong = countries.find((country) => !/^(?!UK)[A-Z]{2}$/.test(country));
  if (wrong !== undefined)
    throw new SettingError('SMS_COUNTRIES', ` to ISO 3166-1 codes like CH,GB, or to all; not "${wrong}"`);
  return new Set(countries);
};
