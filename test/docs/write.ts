import { writeFileSync } from 'node:fs';
import { OPENAPI } from './openapi.ts';
import { FILES, withTables } from './tables.ts';

const write = (file: string, text: string) => writeFileSync(new URL(`../../${file}`, import.meta.url), text);

for (const file of FILES) write(file, withTables(file).wanted);
write(OPENAPI.file, OPENAPI.wanted());
