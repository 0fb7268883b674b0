import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const { dependencies, devDependencies, optionalDependencies } = JSON.parse(read('package.json'));
const used = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies });

it('has a line for each dependency, why it is there, and for no other', () => {
  const rows = /^## Dependencies\n[\s\S]*?(?=^## )/m.exec(read('lib/README.md'))?.[0].match(/^\| `.*? \|/gm) ?? [];
  const named = rows.flatMap((row) => [...row.matchAll(/`([^`:]+)`/g)].map(([, name = '']) => name));
  expect(named.sort()).toEqual(used.sort());
});
