import { readFileSync } from 'node:fs';
import { ApiError, ERRORS, type Reason } from '../../lib/errors/errors.ts';
import { httpStatus } from '../../lib/errors/status.ts';
import { OPERATIONS } from '../../lib/operations/index.ts';

/** A table of a README that is written from the code: which file it stands in, and its lines. */
type Table = { readonly file: string; readonly lines: () => readonly string[] };

const row = (...cells: readonly unknown[]): string => `| ${cells.join(' | ')} |`;

const TABLES: Readonly<Record<string, Table>> = {
  errors: {
    file: 'lib/errors/README.md',
    lines: () => [
      row('HTTP', 'code', 'id', 'reason', 'what the client is told'),
      '|---|---|---|---|---|',
      ...(Object.keys(ERRORS) as Reason[]).map((reason) => {
        const error = new ApiError(reason);
        return row(httpStatus(error), error.code, error.id ?? '–', `\`${error.toldReason}\``, error.message);
      }),
    ],
  },
  operations: {
    file: 'README.md',
    lines: () => [
      row('', '', 'what it does'),
      '|---|---|---|',
      ...Object.values(OPERATIONS).map(({ http, fields, description }) => {
        const [verb, path] = http.split(' ');
        const names = Object.keys(fields);
        return row(`\`${verb}\``, `\`${path}\`${names.length > 0 ? ` \`{${names.join(', ')}}\`` : ''}`, description);
      }),
    ],
  },
};

/** The files that hold tables, relative to the root. */
export const FILES = [...new Set(Object.values(TABLES).map(({ file }) => file))];

/** A file's text as it stands, and as it should stand: with its tables written from the code. Throws without a mark. */
export const withTables = (file: string): { readonly current: string; readonly wanted: string } => {
  const current = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
  const own = Object.entries(TABLES).filter(([, table]) => table.file === file);
  const wanted = own.reduce((text, [name, { lines }]) => {
    const [begin, end] = [`<!-- table: ${name}, written by "npm run docs" -->\n`, '<!-- end -->'];
    const [before, rest, ...others] = text.split(begin);
    const after = rest?.slice(rest.indexOf(end));
    if (!after?.startsWith(end) || others.length > 0) throw new Error(`${file} has no place for the table "${name}"`);
    return `${before}${begin}\n${lines().join('\n')}\n\n${after}`;
  }, current);
  return { current, wanted };
};
