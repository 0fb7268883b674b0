import type { AwsSmsSettings } from '../sms/aws.ts';
import type { Budget, Scope } from '../storage/sendLimits.ts';
import { type Environment, optional, required, secureUrl, wholeNumber } from './env.ts';

/** How codes are sent. */
export type SendingSettings = {
  /** The origin that codes are bound to. */
  readonly host: string;
  readonly budgets: Readonly<Record<Scope, Budget>>;
  readonly via: { readonly inbox: string } | { readonly aws: AwsSmsSettings };
};

const HOUR = 3_600;
const DAY = 86_400;

/** Longest host that leaves a message in one segment, in every language. */
export const MAX_HOST = 40;

/** RFC 1123, section 2.1: labels of letters, digits and inner hyphens. */
const HOST = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i;

/** MaxPrice of SendTextMessage: without a point it is refused. */
const PRICE = /^\d{1,2}\.\d{1,5}$/;

/** Reads how codes are sent. Throws with the name of the variable and what to set it to. */
export const readSendingSettings = (env: Environment): SendingSettings => {
  const host = required(
    env,
    'SMS_ORIGIN_HOST',
    'the host of the site that codes are entered on, for instance example.com',
  );
  if (!HOST.test(host) || host.length > MAX_HOST) {
    throw new Error(`Set SMS_ORIGIN_HOST to a host name of at most ${MAX_HOST} characters, without https://`);
  }
  return {
    host,
    budgets: {
      user: { messages: budget(env, 'SMS_BUDGET_USER', 10), window: DAY },
      number: { messages: budget(env, 'SMS_BUDGET_NUMBER', 10), window: DAY },
      address: { messages: budget(env, 'SMS_BUDGET_ADDRESS', 50), window: HOUR },
      country: { messages: budget(env, 'SMS_BUDGET_COUNTRY', 1_000), window: HOUR },
      service: { messages: budget(env, 'SMS_BUDGET_SERVICE', 5_000), window: HOUR },
    },
    via: readVia(env),
  };
};

const budget = (env: Environment, name: string, fallback: number): number =>
  wholeNumber(env, name, fallback, { min: 1, max: 10_000_000 });

const readVia = (env: Environment): SendingSettings['via'] => {
  const inbox = optional(env, 'SMS_INBOX_URL');
  if (inbox !== null) return { inbox: secureUrl(inbox, 'SMS_INBOX_URL') };
  const maxPrice = optional(env, 'SMS_MAX_PRICE') ?? '0.15';
  if (!PRICE.test(maxPrice)) throw new Error('Set SMS_MAX_PRICE to US dollars for one message, like 0.15');
  return {
    aws: {
      originationIdentity: required(
        env,
        'SMS_ORIGINATION_IDENTITY',
        'the ARN of the pool or phone number of AWS End User Messaging that messages come from',
      ),
      protectConfigurationId: optional(env, 'SMS_PROTECT_CONFIGURATION_ID'),
      configurationSetName: optional(env, 'SMS_CONFIGURATION_SET'),
      maxPrice,
    },
  };
};
