import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../lib/config/config.ts';
import type { Environment } from '../../lib/config/env.ts';
import { readSendingSettings } from '../../lib/config/sms.ts';
import { SMS_SETTINGS, TOKEN_SETTINGS } from '../support/package.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const readAll = (folder: string, type: string): string =>
  readdirSync(new URL(folder, root))
    .filter((name) => name.endsWith(type))
    .map((name) => read(`${folder}/${name}`))
    .join('\n');

const readme = read('infra/README.md');
const ROWS = readme.split('\n').flatMap((line) => {
  const [, names = '', fallback = ''] = /^\| ((?:`[A-Z_]+`(?:, | \/ )?)+) \| ([^|]+) \|/.exec(line) ?? [];
  return [...names.matchAll(/`([A-Z_]+)`/g)].map(([, name = ''], index) => ({ name, fallback, index }));
});

/** The defaults that are values; a list of names is one. */
const DEFAULTS = ROWS.flatMap(({ name, fallback, index }) => {
  const isAll = fallback.startsWith('all of ');
  const values = [...fallback.matchAll(/`([^`]+)`/g)].map(([, value = '']) => value);
  if (isAll) return [[name, values.join()] as const];
  const isOfValues = /^`[^`<]+`(, `[^`<]+`)*$/.test(fallback) && fallback !== '`PROOF_ISSUER`';
  return isOfValues ? [[name, values[index] ?? values[0] ?? ''] as const] : [];
});

/** What the template, the local stack and Lambda set; nobody else does. */
const NOT_SET_BY_OPERATORS = /^(TABLE_NAME|CODE_KEY(_ID)?|PROOF_KEY(_ID)?|SMS_INBOX_URL|AWS_REGION|POWERTOOLS_\w+)$/;

const inCode = new Set(
  [
    ...readAll('infra', '.yml').matchAll(/\$\{setting:([A-Z_]+)/g),
    ...readAll('lib/config', '.ts').matchAll(/env, '([A-Z_]+)'/g),
  ].flatMap(([, name = '']) => (NOT_SET_BY_OPERATORS.test(name) ? [] : name)),
);

describe('the table of settings', () => {
  it('has every setting that the code reads, and no other', () => {
    expect(ROWS.map(({ name }) => name).sort()).toEqual([...inCode].sort());
  });

  it('has none that no function is deployed with', () => {
    const deployed = [...readAll('infra', '.yml').matchAll(/\$\{setting:([A-Z_]+)/g)].map(([, name = '']) => name);
    expect([...inCode].filter((name) => !deployed.includes(name))).toEqual([]);
  });

  const settings = { TABLE_NAME: 'table', ...TOKEN_SETTINGS, ...SMS_SETTINGS, PROOF_ISSUER: 'https://api.example' };
  const inLib = (variables: Environment) => {
    const { env: _, ...config } = readConfig(variables);
    return { ...config, ...readSendingSettings(variables) };
  };
  /** What is no default of a setting that is a number. */
  const OTHERS: Readonly<Record<string, string>> = {
    TOKEN_ALGORITHMS: 'RS256',
    RESOURCE_OWNER_CLAIM: 'org_id',
    TRUST_PHONE_CLAIMS: 'true',
    SMS_MAX_PRICE: '0.25',
    STEP_UP: 'off',
  };
  const deployed = new Map(
    [...readAll('infra', '.yml').matchAll(/\$\{setting:([A-Z_]+), '?([^',}]+)'?\}/g)].map(([, name, value]) => [
      name,
      value,
    ]),
  );

  it.each(DEFAULTS)('has the default of %s: %s', (name, value) => {
    if (deployed.has(name)) return expect(value).toBe(deployed.get(name));
    const byDefault = inLib(settings);
    expect(inLib({ ...settings, [name]: value })).toEqual(byDefault);
    expect(inLib({ ...settings, [name]: OTHERS[name] ?? String(Number(value) + 1) })).not.toEqual(byDefault);
  });

  it('has one for each number that the code reads', () => {
    const code = readAll('lib/config', '.ts');
    const numbers = [...code.matchAll(/wholeNumber\(env, '([A-Z_]+)', \d/g)].map(([, name]) => name);
    const budgets = [...code.matchAll(/(?:hour|day)\('([A-Z_]+)', \d/g)].map(([, name]) => `SMS_BUDGET_${name}`);
    expect(budgets.length).toBeGreaterThan(8);
    expect(DEFAULTS.map(([name]) => name)).toEqual(expect.arrayContaining([...numbers, ...budgets]));
  });
});

describe('.env.example', () => {
  const example = read('.env.example');
  const set = parseEnv(example);
  const named = [...example.matchAll(/^(?:# )?([A-Z_]+)=/gm)].map(([, name = '']) => name);

  it('has every setting once', () => {
    expect(named.sort()).toEqual(ROWS.map(({ name }) => name).sort());
  });

  it('sets what must be set, and that no message goes anywhere by default, and nothing else', () => {
    const required = ROWS.filter(({ fallback }) => fallback.includes('required') && !fallback.startsWith('`'));
    const names = required.map(({ name }) => name).filter((name) => name !== 'TOKEN_CLIENT_ID');
    expect(Object.keys(set).sort()).toEqual([...names, 'SMS_COUNTRIES'].sort());
  });

  it('is what functions start with, as it stands and with every example in it', () => {
    const deployed = { TABLE_NAME: 'table', PROOF_ISSUER: 'https://api.example' };
    const examples = parseEnv(example.replace(/^# ([A-Z_]+=)/gm, '$1'));
    for (const settings of [set, { ...examples, TOKEN_CLIENT_ID: '' }]) {
      const variables = { ...deployed, ...settings };
      expect(() => [readConfig(variables), readSendingSettings(variables)]).not.toThrow();
    }
  });
});

describe('the table of identity providers', () => {
  it.each([
    ['Entra ID', 'app-only'],
    ['authentik', 'without a `scope`'],
    ['ZITADEL', 'before September 2024'],
  ])('says which tokens of %s are refused: %s', (provider, refused) => {
    const cells =
      readme
        .split('\n')
        .find((line) => line.startsWith(`| ${provider} | `))
        ?.split(' | ') ?? [];
    expect(cells).toHaveLength(6);
    expect(cells.at(-1)).toContain(refused);
  });
});

describe('the commands of AWS', () => {
  const CLIENTS: Readonly<Record<string, string>> = {
    'pinpoint-sms-voice-v2': '@aws-sdk/client-pinpoint-sms-voice-v2',
    dynamodb: '@aws-sdk/client-dynamodb',
    kms: '@aws-sdk/client-kms',
  };
  const commands = [...readme.matchAll(/aws ([a-z0-9-]+) ([a-z-]+)/g)]
    .map(([, service = '', command = '']) => [service, command] as const)
    .filter(([service]) => service in CLIENTS);

  it.each(commands)('has %s %s', (service, command) => {
    const name = command.replace(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());
    expect(createRequire(import.meta.url)(CLIENTS[service] ?? '')).toHaveProperty(`${name}Command`);
  });
});
