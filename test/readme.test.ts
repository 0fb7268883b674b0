import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ApiError, ERRORS, type Reason } from '../lib/errors/errors.ts';
import { httpStatus } from '../lib/errors/status.ts';
import { OPERATIONS } from '../lib/operations/index.ts';

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const readme = read('README.md');
/** AWS's own variable. */
const NOT_OURS = new Set(['AWS_REGION']);

const variables = (text: string): string[] =>
  [...new Set(text.match(/(?<=env:)[A-Z_]{4,}/g)?.filter((name) => !NOT_OURS.has(name)))].sort();

describe('the README', () => {
  it.each(Object.keys(ERRORS) as Reason[])('has a row for %s', (reason) => {
    const error = new ApiError(reason);
    const { code, text } = ERRORS[reason];
    expect(readme).toContain(`| ${httpStatus(error)} | ${code} | ${error.id ?? '–'} | \`${reason}\` | ${text} |`);
  });

  it.each(Object.values(OPERATIONS).map(({ http }) => http))('names %s', (http) => {
    const [verb, path] = http.split(' ');
    expect(readme).toMatch(new RegExp(`^\\| \`${verb}\` \\| \`${path}\``, 'm'));
  });

  it.each(
    readdirSync(new URL('../infra', import.meta.url)).flatMap((name) =>
      name.endsWith('.yml') ? variables(read(`infra/${name}`)) : [],
    ),
  )('explains %s', (variable) => {
    expect(readme).toContain(`\`${variable}\``);
  });
});
