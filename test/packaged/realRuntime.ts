import { execFile } from 'node:child_process';
import { access, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ROOT } from '../support/spawn.ts';

/** The client that Lambda's runtime of Node 24 is built on; no dependency, since its install compiles curl. */
const CLIENT = 'aws-lambda-ric@4.0.2';

const CACHE = join(ROOT, 'node_modules/.cache/aws-lambda-ric-4.0.2');

/** Whether functions run on AWS's own runtime client instead of the stand-in for it. */
export const usesRealRuntime = (): boolean => process.env.RUNTIME_CLIENT === 'aws-lambda-ric';

/** Puts the client into a folder, with its native part replaced. Throws when it cannot be had. */
export const copyRealRuntime = async (folder: string): Promise<void> => {
  const source = await readFile(join(await fetched(), 'index.mjs'), 'utf8');
  const pieces = source.split('"./rapid-client.node"');
  if (pieces.length !== 2) throw new Error(`${CLIENT} loads its native part in another way than is known here`);
  await mkdir(folder);
  await writeFile(join(folder, 'index.mjs'), pieces.join('"./rapidClient.cjs"'));
  await copyFile(fileURLToPath(new URL('rapidClient.cjs', import.meta.url)), join(folder, 'rapidClient.cjs'));
};

/** Where the package is, which is fetched once. */
const fetched = async (): Promise<string> => {
  const folder = join(CACHE, 'package');
  const isThere = await access(join(folder, 'index.mjs')).then(
    () => true,
    () => false,
  );
  if (!isThere) {
    try {
      await mkdir(CACHE, { recursive: true });
      await run('npm', ['pack', CLIENT]);
      await run('tar', ['-xzf', `${CLIENT.replace('@', '-')}.tgz`]);
    } catch (error) {
      throw new Error(`${CLIENT} cannot be had: "npm pack ${CLIENT}" needs a registry`, { cause: error });
    }
  }
  return folder;
};

const run = (command: string, args: readonly string[]) => promisify(execFile)(command, args, { cwd: CACHE });
