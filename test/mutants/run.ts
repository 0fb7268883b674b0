import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FOLDER, FOLDERS } from './folders.ts';

/** No dependency: 60 MB that only this needs, fetched once. */
const STRYKER = ['@stryker-mutator/core@10.1.1', '@stryker-mutator/vitest-runner@10.1.1'];

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CACHE = join(ROOT, 'node_modules/.cache/stryker-10.1.1');
const PROGRAM = join(CACHE, 'node_modules/@stryker-mutator/core/bin/stryker.js');

type Mutant = {
  readonly status: string;
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly location: { readonly start: { readonly line: number } };
};
type Report = { readonly files: Readonly<Record<string, { readonly mutants: readonly Mutant[] }>> };

/** Mutates one folder of `lib`, and returns what became of each mutant. Throws where the tests fail without any. */
const mutate = (folder: string): Report => {
  const work = mkdtempSync(join(tmpdir(), 'otp-sms-factor-mutants-'));
  const [config, report] = [join(work, 'stryker.json'), join(work, 'report.json')];
  const options = {
    mutate: [`lib/${folder}/**/*.ts`],
    testRunner: 'vitest',
    plugins: [join(CACHE, 'node_modules/@stryker-mutator/vitest-runner/dist/src/index.js')],
    vitest: { configFile: 'test/mutants/vitest.config.ts', pool: 'forks' },
    // Stryker reads the configuration of another TypeScript than this one.
    tsconfigFile: 'none.json',
    ignorePatterns: ['.serverless', 'coverage', '.bench'],
    tempDirName: join(work, 'sandbox'),
    concurrency: 1,
    coverageAnalysis: 'perTest',
    // What is evaluated while a module loads takes every test of the folder for each mutant: too long but for the domain.
    ignoreStatic: folder !== 'domain',
    reporters: ['json', 'clear-text'],
    clearTextReporter: { allowColor: false, reportTests: false, reportScoreTable: false, skipFull: true },
    jsonReporter: { fileName: report },
    timeoutMS: 20_000,
  };
  writeFileSync(config, JSON.stringify(options));
  try {
    spawnSync(process.execPath, [PROGRAM, 'run', config], {
      cwd: ROOT,
      env: { ...process.env, [FOLDER]: folder },
      stdio: 'inherit',
    });
    return JSON.parse(readFileSync(report, 'utf8'));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
};

/** One row of the table in `test/threats/README.md`. */
const rowOf = (folder: string, { files }: Report): string => {
  const mutants = Object.values(files).flatMap((file) => file.mutants);
  const count = (...statuses: string[]) => mutants.filter(({ status }) => statuses.includes(status)).length;
  const [fell, stood] = [count('Killed', 'Timeout'), count('Survived', 'NoCoverage')];
  return `| \`lib/${folder}\` | ${fell + stood} | ${fell} | ${stood} | ${((100 * fell) / (fell + stood)).toFixed(1)} % |`;
};

if (!existsSync(PROGRAM)) {
  mkdirSync(CACHE, { recursive: true });
  const options = ['--prefix', CACHE, '--no-audit', '--no-fund', '--legacy-peer-deps'];
  execFileSync('npm', ['install', ...options, ...STRYKER], { stdio: 'inherit' });
}
const wanted = process.argv.slice(2);
const unknown = wanted.find((folder) => FOLDERS[folder] === undefined);
if (unknown !== undefined)
  throw new Error(`Name folders of lib among ${Object.keys(FOLDERS).join(', ')}, not "${unknown}"`);
const rows = (wanted.length > 0 ? wanted : Object.keys(FOLDERS)).map((folder) => rowOf(folder, mutate(folder)));
process.stdout.write(
  `${['| folder | mutants | fell | stood | score |', '|---|---|---|---|---|', ...rows].join('\n')}\n`,
);
