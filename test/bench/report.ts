import type { Figure, Section } from './bench.ts';

const number = (value: number | undefined): string => {
  if (value === undefined || Number.isNaN(value)) return '';
  const digits = Number.isInteger(value) || Math.abs(value) >= 1_000 ? 0 : Math.abs(value) >= 100 ? 1 : 2;
  return value.toFixed(digits);
};

/** Pads the cells of a table: names to the left, figures to the right. */
const table = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

/** A section as a table. */
export const sectionText = ({ title, columns, rows }: Section): string => {
  const cells = rows.map(([name, ...values]) => [name, ...columns.map((_, i) => number(values[i]))]);
  return `\n${title}\n${table([['', ...columns], ...cells])}\n`;
};

/** What sizes, starts and warm requests come to, variant by variant: what is deployed, and what it might be instead. */
export const comparisonText = (sections: readonly Section[]): string => {
  const compared = sections.flatMap(({ columns, compared: wanted = [], rows }) =>
    wanted.map((column) => {
      const values = rows.map(([name, ...figures]) => [name, figures[columns.indexOf(column)]] as const);
      return { column, values: new Map(values) };
    }),
  );
  const names = new Set(compared.flatMap(({ values }) => [...values.keys()]).filter((name) => !name.startsWith(' ')));
  const rows = [...names].map((name) => [name, ...compared.map(({ values }) => number(values.get(name)))]);
  return rows.length > 0
    ? `\nSide by side (kB, ms, MB)\n${table([['', ...compared.map(({ column }) => column)], ...rows])}\n`
    : '';
};

/** Whether a figure reaches its goal; one without a goal does. */
export const isReached = ({ value, goal }: Figure): boolean =>
  !goal || ('atMost' in goal ? value <= goal.atMost : value === goal.exactly);

const goalOf = ({ goal }: Figure): string =>
  goal ? ('atMost' in goal ? `≤ ${goal.atMost}` : `= ${goal.exactly}`) : '';

/** All figures against their goals. */
export const goalsText = (sections: readonly Section[]): string => {
  const rows = sections.flatMap(({ figures }) =>
    figures.map((figure) => [
      `${isReached(figure) ? 'reached' : 'MISSED '}  ${figure.name}`,
      `${number(figure.value)} ${figure.unit}`.trim(),
      goalOf(figure),
    ]),
  );
  return `\nGoals\n${table(rows)}\n`;
};
