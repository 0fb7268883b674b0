import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';

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

  it('has the defaults of the code', () => {
    const numbers = readAll('lib/config', '.ts').matchAll(/(?:wholeNumber|budget)\(env, '([A-Z_]+)', ([\d_]+)/g);
    const thresholds = readAll('infra', '.yml').matchAll(/\$\{setting:([A-Z_]+), (\d+)\}/g);
    const defaults = [...numbers, ...thresholds].map(([, name, number = '']) => [name, number.replace('_', '')]);
    expect(defaults.length).toBeGreaterThan(5);
    for (const [name, number] of defaults) {
      const { fallback = '', index = 0 } = ROWS.find((row) => row.name === name) ?? {};
      const values = [...fallback.matchAll(/`(\d+)`/g)].map(([, value]) => value);
      expect([name, values[index] ?? values[0]]).toEqual([name, number]);
    }
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
