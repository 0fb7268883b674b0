import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { oncePerRun } from '../support/oncePerRun.ts';
import { FUNCTION_NAMES, type Package, PROD_SETTINGS, packageName, packageService } from '../support/package.ts';
import { unzip } from '../support/unzip.ts';
import { copyRealRuntime, usesRealRuntime } from './realRuntime.ts';

/** The stage that is run here: the one that matters. */
const STAGE = 'prod';

/** The folder of the functions; the mutants' own is made from it. */
export const FUNCTIONS_FOLDER = `functions-of-${packageName(STAGE, PROD_SETTINGS)}`;

/** Programs that are loaded with a function; put beside it, where a user without rights may read them. */
const [RUNTIME, CLOCK] = ['runtimeClient.mts', 'clock.mts'] as const;
const REAL_RUNTIME = 'aws-lambda-ric/index.mjs';

/** The packaged service, unzipped as Lambda does it: one folder a function, which nobody may write to. */
export type Artefact = Pick<Package, 'template'> & {
  /** Where a function's files are: LAMBDA_TASK_ROOT. */
  taskRoot(name: string): string;
  /** The program that runs a function. */
  readonly runtime: string;
  /** The program that moves the clock of a process. */
  readonly clockProgram: string;
};

/** Packages and unzips the service, once in a run. */
export const unzippedService = async (): Promise<Artefact> => {
  const root = await oncePerRun(FUNCTIONS_FOLDER, make);
  return {
    ...JSON.parse(await readFile(join(root, 'template.json'), 'utf8')),
    taskRoot: (name) => join(root, name),
    runtime: join(root, usesRealRuntime() ? REAL_RUNTIME : RUNTIME),
    clockProgram: join(root, CLOCK),
  };
};

const make = async (root: string): Promise<void> => {
  const { folder, template } = await packageService(STAGE, PROD_SETTINGS);
  await writeFile(join(root, 'template.json'), JSON.stringify({ template }));
  for (const program of [RUNTIME, CLOCK]) {
    await copyFile(fileURLToPath(new URL(program, import.meta.url)), join(root, program));
  }
  if (usesRealRuntime()) await copyRealRuntime(join(root, dirname(REAL_RUNTIME)));
  for (const name of FUNCTION_NAMES) {
    for (const [path, content] of await unzip(join(folder, `${name}.zip`))) {
      const file = join(root, name, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content, { mode: 0o444 });
    }
  }
  await Promise.all([dirname(root), root].map((path) => chmod(path, 0o755)));
};
