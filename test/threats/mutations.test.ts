import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../support/spawn.ts';
import { MUTATIONS } from './mutations.ts';

const textOf = (file: string) => readFile(join(ROOT, file), 'utf8');

describe('a defence that is taken out by npm run test:full', () => {
  it.each(MUTATIONS)('stands where it is looked for: $name', async ({ changes }) => {
    for (const { file, from } of changes) expect((await textOf(file)).split(from)).toHaveLength(2);
  });
});
