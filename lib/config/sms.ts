import type { AwsSmsSettings } from '../sms/aws.ts';
import type { Budget } from '../storage/gcra.ts';
import type { Budgets } from '../storage/messageCounters.ts';
import { type Environment, optional, required, secureUrl, wholeNumber } from './env.ts';
import { SettingError } from './settingError.ts';

/** How codes are sent. */
type SendingSettings = {
  /** The origin that codes are bound to. */
  readonly host: string;
  readonly budgets: Budgets;
  readonly via: { readonly inbox: string } | { readonly aws: AwsSmsSettings };
};

const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 86_400;

/** Budgets of the nets that hold an address: of an IPv4 address or a /64 it is one, of a /56 and a /48 some of those. */
const NETS = [1, 2, 8] as const;

/** Longest host that leaves a message in one segment, in every language. */
const MAX_HOST = 40;

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
    throw new SettingError('SMS_ORIGIN_HOST', ` to a host name of at most ${MAX_HOST} characters, without https://`);
  }
  return {
    host,
    budgets: readBudgets(env),
    via: readVia(env),
  };
};

const readBudgets = (env: Environment): Budgets => {
  const messages = (name: string, fallback: number) =>
    wholeNumber(env, `SMS_BUDGET_${name}`, fallback, { min: 1, max: 10_000_000 });
  const hour = (name: string, fallback: number): Budget => ({
    messages: messages(name, fallback),
    windowSeconds: HOUR_SECONDS,
  });
  const day = (name: string, fallback: number): Budget => ({
    messages: messages(name, fallback),
    windowSeconds: DAY_SECONDS,
  });
  const address = hour('ADDRESS', 50);
  const caller = hour('CALLER', 5_000);
  return {
    PHONE: {
      number: day('NUMBER', 10),
      nets: NETS.map((times) => ({ ...address, messages: address.messages * times })),
      country: [hour('COUNTRY', 1_000), day('COUNTRY_DAY', 5_000)],
      service: [hour('SERVICE', 5_000), day('SERVICE_DAY', 20_000)],
      caller,
    },
    OTP_SMS: {
      number: day('LOGIN_NUMBER', 30),
      nets: [],
      country: [hour('LOGIN_COUNTRY', 5_000), day('LOGIN_COUNTRY_DAY', 20_000)],
      service: [hour('LOGIN_SERVICE', 20_000), day('LOGIN_SERVICE_DAY', 80_000)],
      caller,
    },
  };
};

const readVia = (env: Environment): SendingSettings['via'] => {
  const inbox = optional(env, 'SMS_INBOX_URL');
  if (inbox !== null) return { inbox: secureUrl(inbox, 'SMS_INBOX_URL') };
  const maxPrice = optional(env, 'SMS_MAX_PRICE') ?? '0.15';
  if (!PRICE.test(maxPrice)) throw new SettingError('SMS_MAX_PRICE', ' to US dollars for one message, like 0.15');
  return {
    aws: {
      originationIdentity: readIdentity(env, 'SMS_ORIGINATION_IDENTITY'),
      protectConfigurationId: optional(env, 'SMS_PROTECT_CONFIGURATION_ID'),
      configurationSetName: optional(env, 'SMS_CONFIGURATION_SET'),
      maxPrice,
    },
  };
};

/** An identity by its ARN: a role can be granted no other form. */
const IDENTITY = /^arn:aws[a-z-]*:sms-voice:([a-z0-9-]+):\d{12}:(pool|phone-number|sender-id)\/.+$/;

const readIdentity = (env: Environment, name: string): string => {
  const meaning = 'the ARN of the pool or phone number of AWS End User Messaging that messages come from';
  const identity = required(env, name, meaning);
  const [, region] = IDENTITY.exec(identity) ?? [];
  if (region === undefined) throw new SettingError(name, ` to ${meaning}, not "${identity}"`);
  const here = optional(env, 'AWS_REGION') ?? region;
  if (region !== here) throw new SettingError(name, ` to one of ${here}, where the stack is: this one is of ${region}`);
  return identity;
};
