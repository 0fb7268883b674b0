import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { LOCAL_CREDENTIALS } from '../../infra/local/engine.ts';
import { fromSetup } from './environment.ts';
import { ROOT, spawnGroup } from './spawn.ts';

/** A text in a source file, and what stands there once a defence is taken out. */
export type Change = { readonly file: string; readonly from: string; readonly to: string };

/** A copy of the sources, changed or not, with a test file that looks at it, and the test in it that is to run. */
export type Copy = {
  readonly name: string;
  readonly changes: readonly Change[];
  readonly file: string;
  readonly title: string;
};

/** How a test went in a copy. */
export type Verdict = { readonly status: string; readonly messages: readonly string[] };

type Report = {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly {
      readonly title: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
};

/** What a copy is made of, besides the one test file. */
const PARTS = ['lib', 'infra', 'test/support', 'package.json'];

const CONFIG = `
  export default {
    test: {
      include: ['*/test/threats/*.test.ts'],
      globalSetup: ['${ROOT}test/support/engine.ts'],
      setupFiles: ['${ROOT}test/support/tidyUp.ts', '${ROOT}test/support/onlyWanted.ts'],
      testTimeout: 20_000,
      pool: 'forks',
      isolate: false,
    },
  };
`;

/**
 * Runs one test in each copy, all in one process of the test runner on the same engine; returns how it went by the
 * name of the copy. Throws when a change does not fit its file exactly once.
 */
export const runInCopies = async (copies: readonly Copy[]): Promise<ReadonlyMap<string, Verdict>> => {
  const folder = await mkdtemp(join(tmpdir(), 'mutants-'));
  try {
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    await writeFile(join(folder, 'vitest.config.ts'), CONFIG);
    await Promise.all(copies.map((copy) => makeCopy(join(folder, copy.name), copy)));
    return verdictsOf(await run(folder, copies), folder, copies);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
};

const run = async (folder: string, copies: readonly Copy[]): Promise<Report> => {
  const output = join(folder, 'report.json');
  const runner = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const args = [runner, 'run', '--root', folder, '--reporter=json', `--outputFile=${output}`];
  const group = spawnGroup(process.execPath, args, {
    ...LOCAL_CREDENTIALS,
    AWS_ENDPOINT_URL_DYNAMODB: fromSetup('AWS_ENDPOINT_URL_DYNAMODB'),
    WANTED: JSON.stringify(Object.fromEntries(copies.map(({ name, title }) => [name, [title]]))),
  });
  await group.exit;
  const report = await readFile(output, 'utf8').catch(() => {
    throw new Error(`The copies were not tested:\n${group.stdout()}\n${group.stderr()}`);
  });
  return JSON.parse(report);
};

const makeCopy = (folder: string, { changes, file }: Copy) => copySources(folder, [...PARTS, file], changes);

/** Copies parts of the sources into a folder, with changes. Throws when a change does not fit its file exactly once. */
export const copySources = async (folder: string, parts: readonly string[], changes: readonly Change[]) => {
  for (const part of parts) {
    await mkdir(dirname(join(folder, part)), { recursive: true });
    await cp(join(ROOT, part), join(folder, part), { recursive: true });
  }
  for (const change of changes) {
    const path = join(folder, change.file);
    const source = await readFile(path, 'utf8');
    const pieces = source.split(change.from);
    if (pieces.length !== 2) throw new Error(`${change.file} has ${pieces.length - 1} times: ${change.from}`);
    await writeFile(path, pieces.join(change.to));
  }
};

const verdictsOf = ({ testResults }: Report, folder: string, copies: readonly Copy[]): Map<string, Verdict> =>
  new Map(
    copies.flatMap(({ name, title, file }) => {
      const results = testResults.find((result) => result.name === join(folder, name, file))?.assertionResults ?? [];
      const result = results.find((each) => each.title === title);
      return result ? [[name, { status: result.status, messages: result.failureMessages }]] : [];
    }),
  );
