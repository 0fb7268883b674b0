import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire, isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';
import { parse } from 'yaml';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A bundle in memory, the bytes that each file has in it, and the packages that it finds outside of it. */
export type Bundle = {
  readonly code: Buffer;
  readonly bytes: Readonly<Record<string, number>>;
  readonly outside: readonly { readonly path: string; readonly kind: string }[];
};

/** The settings of esbuild that functions are deployed with. */
export const deployedSettings = async (): Promise<BuildOptions> =>
  parse(await readFile(join(ROOT, 'infra/esbuild.yml'), 'utf8'));

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

/** Loads a bundle in this process as a CommonJS module, without awaiting what it exports. */
export const loadBundle = async <Exports>({ code }: Bundle): Promise<{ readonly exports: Exports }> => {
  const folder = await mkdtemp(join(tmpdir(), 'otp-sms-factor-bundle-'));
  const file = join(folder, 'bundle.cjs');
  await writeFile(file, code);
  try {
    return { exports: createRequire(import.meta.url)(file) };
  } finally {
    await rm(folder, { recursive: true });
  }
};
