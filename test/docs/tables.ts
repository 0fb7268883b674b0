import { readFileSync } from 'node:fs';
import { ApiError, ERRORS, type Reason } from '../../lib/errors/errors.ts';
import { httpStatus } from '../../lib/errors/status.ts';
import { OPERATIONS } from '../../lib/operations/index.ts';
import type { Operation } from '../../lib/operations/operation.ts';
import { OPERATIONS_BY_USER_ID, routeOf } from '../support/operations.ts';

/** What of a README is written from the code, a table or code itself: which file it stands in, and its lines. */
type Table = { readonly file: string; readonly lines: () => readonly string[] };

const read = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

/** The example of a browser client. */
const CLIENT = 'infra/local/page/client.ts';

const row = (...cells: readonly unknown[]): string => `| ${cells.join(' | ')} |`;

const TABLES: Readonly<Record<string, Table>> = {
  'table: errors': {
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
  'table: operations-by-user-id': {
    file: 'lib/http/README.md',
    lines: () => [
      row('', '', 'who', 'what it does'),
      '|---|---|---|---|',
      ...Object.values(OPERATIONS_BY_USER_ID).map((operation) => {
        const [verb, path] = routeOf(operation).replace(' /v2', ' ').split(' ');
        const { allows, fields, description } = operation as Operation;
        const names = Object.keys(fields);
        const who = [
          ...(allows.user ? ['the user'] : []),
          ...(allows.service ? [`a service with ${allows.service}`] : []),
        ];
        const body = names.length > 0 ? ` \`{${names.join(', ')}}\`` : '';
        return row(`\`${verb}\``, `\`${path}\`${body}`, who.join('; '), description);
      }),
    ],
  },
  'table: operations': {
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
  [`code: ${CLIENT}`]: {
    file: 'lib/README.md',
    lines: () => ['```ts', read(CLIENT).trimEnd(), '```'],
  },
};

/** The files that hold tables, relative to the root. */
export const FILES = [...new Set(Object.values(TABLES).map(({ file }) => file))];

/** A file's text as it stands, and as it should stand: with its tables written from the code. Throws without a mark. */
export const withTables = (file: string): { readonly current: string; readonly wanted: string } => {
  const current = read(file);
  const own = Object.entries(TABLES).filter(([, table]) => table.file === file);
  const wanted = own.reduce((text, [name, { lines }]) => {
    const [begin, end] = [`<!-- ${name}, written by "npm run docs" -->\n`, '<!-- end -->'];
    const [before, rest, ...others] = text.split(begin);
    const after = rest?.slice(rest.indexOf(end));
    if (!after?.startsWith(end) || others.length > 0) throw new Error(`${file} has no place for "${name}"`);
    return `${before}${begin}\n${lines().join('\n')}\n\n${after}`;
  }, current);
  return { current, wanted };
};
