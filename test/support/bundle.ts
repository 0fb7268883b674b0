import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';
import { parse } from 'yaml';
import { bundleOptions } from '../../infra/plugins/bundleOptions.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A bundle in memory, the bytes that each file has in it, and the packages that it finds outside of it. */
export type Bundle = {
  readonly code: Buffer;
  readonly bytes: Readonly<Record<string, number>>;
  readonly outside: readonly { readonly path: string; readonly kind: string }[];
};

/** The settings of esbuild that functions are deployed with, in an environment: by default one that sets nothing. */
export const deployedSettings = async (environment: Readonly<Record<string, string>> = {}): Promise<BuildOptions> =>
  bundleOptions(parse(await readFile(join(ROOT, 'infra/esbuild.yml'), 'utf8')), environment);

/** Bundles what `entry` says: a file of the service, or a piece of code in its place. */
export const bundle = async (
  entry: { readonly file: string } | { readonly code: string },
  settings: BuildOptions,
): Promise<Bundle> => {
  const { outputFiles, metafile } = await build({
    ...('file' in entry
      ? { entryPoints: [join(ROOT, entry.file)] }
      : { stdin: { contents: entry.code, resolveDir: join(ROOT, 'lib'), loader: 'ts' } }),
    ...settings,
    absWorkingDir: ROOT,
    outdir: ROOT,
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  const [output] = Object.values(metafile.outputs);
  return {
    code: Buffer.from(outputFiles[0]?.contents ?? []),
    bytes: Object.fromEntries(
      Object.entries(output?.inputs ?? {}).map(([path, { bytesInOutput }]) => [path, bytesInOutput]),
    ),
    outside: (output?.imports ?? []).filter(({ path, external }) => external && !isBuiltin(path)),
  };
};
