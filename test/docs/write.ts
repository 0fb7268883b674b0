import { writeFileSync } from 'node:fs';
import { FILES, withTables } from './tables.ts';

for (const file of FILES) writeFileSync(new URL(`../../${file}`, import.meta.url), withTables(file).wanted);
