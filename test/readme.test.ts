import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const readme = read('README.md');
/** AWS's own variable. */
const NOT_OURS = new Set(['AWS_REGION']);

const variables = (text: string): string[] =>
  [...new Set(text.match(/(?<=(?:env|setting):)[A-Z_]{4,}/g)?.filter((name) => !NOT_OURS.has(name)))].sort();

describe('the README', () => {
  it.each(
    readdirSync(new URL('../infra', import.meta.url)).flatMap((name) =>
      name.endsWith('.yml') ? variables(read(`infra/${name}`)) : [],
    ),
  )('explains %s', (variable) => {
    expect(readme).toContain(`\`${variable}\``);
  });
});
