import { expect, it } from 'vitest';
import { FILES, withTables } from './tables.ts';

it.each(FILES)('%s has its tables as "npm run docs" writes them from the code', (file) => {
  const { current, wanted } = withTables(file);
  expect(current).toBe(wanted);
});
