import { generateKeyPairSync } from 'node:crypto';
import { type Config, readConfig } from '../../lib/config/config.ts';
import { readSendingSettings } from '../../lib/config/sms.ts';
import type { Budgets } from '../../lib/storage/messageCounters.ts';
import type { Setting } from './people.ts';

const PROOF_KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .privateKey.export({ format: 'der', type: 'pkcs8' })
  .toString('base64');

const ENVIRONMENT = {
  TABLE_NAME: 'table',
  TOKEN_ISSUER: 'https://issuer.example',
  TOKEN_AUDIENCE: 'audience',
  DEFAULT_RESOURCE_OWNER: 'default',
  CODE_KEY: Buffer.alloc(32, 1).toString('base64'),
  SMS_INBOX_URL: 'http://localhost/messages',
  SMS_ORIGIN_HOST: 'example.com',
  SMS_COUNTRIES: 'CH,DE',
  LOCK_AFTER_FAILURES: '3',
  RESEND_WAIT_SECONDS: '5',
  PROOF_ISSUER: 'https://api.example',
  PROOF_KEY,
};

/** Budgets that a few requests spend. */
const SMALL_BUDGETS = {
  SMS_BUDGET_USER: '5',
  SMS_BUDGET_NUMBER: '4',
  SMS_BUDGET_ADDRESS: '5',
  SMS_BUDGET_COUNTRY: '6',
  SMS_BUDGET_COUNTRY_DAY: '10',
  SMS_BUDGET_SERVICE: '8',
  SMS_BUDGET_SERVICE_DAY: '12',
  SMS_BUDGET_LOGIN_NUMBER: '4',
  SMS_BUDGET_LOGIN_COUNTRY: '4',
  SMS_BUDGET_LOGIN_COUNTRY_DAY: '6',
  SMS_BUDGET_LOGIN_SERVICE: '5',
  SMS_BUDGET_CALLER: '3',
  SMS_BUDGET_LOGIN_SERVICE_DAY: '8',
};

/** What a schedule runs under. */
export type Settings = Setting & { readonly config: Config; readonly budgets: Budgets };

const settings = (env: Readonly<Record<string, string>>, setting: Partial<Setting> = {}): Settings => {
  const config = readConfig({ ...ENVIRONMENT, ...env });
  const { budgets } = readSendingSettings(config.env);
  return { config, budgets, trustsPhones: false, owners: [undefined], reauthenticates: false, ...setting };
};

/** Deployments, of which a seed draws one. */
export const SETTINGS: readonly Settings[] = [
  settings({}),
  settings(SMALL_BUDGETS),
  settings({ ...SMALL_BUDGETS, STEP_UP: 'off' }, { owners: [undefined, 'acme'] }),
  settings({ STEP_UP: 'off', PROOF_ISSUER: '' }, { trustsPhones: true, owners: [undefined, 'acme', 'acme', 'other'] }),
  settings({ STEP_UP_ACR_VALUES: 'mfa' }, { reauthenticates: true, trustsPhones: true }),
];
