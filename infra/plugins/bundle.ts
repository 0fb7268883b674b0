import { createWriteStream, rmSync } from 'node:fs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type BuildOptions, build } from 'esbuild';
import { ZipFile } from 'yazl';
import { bundleOptions } from './bundleOptions.ts';

type Functions = {
  getAllFunctions(): string[];
  getFunction(name: string): { readonly handler: string; package?: { artifact: string } };
};
type Serverless = {
  readonly serviceDir: string;
  readonly service: Functions & {
    readonly custom: { readonly esbuild: BuildOptions };
    readonly provider: { readonly environment?: Readonly<Record<string, unknown>> };
  };
};
type Options = { readonly function?: string; extraServicePath?: string };

/** One date for all files: an archive changes only with what is in it, and what has not changed is not deployed again. */
const DATE = { mtime: new Date(1980, 0, 1), forceDosTimestamp: true };

/**
 * Bundles functions by esbuild's API with the options of infra/esbuild.yml: each into an archive of its own to be deployed,
 * one into a folder to be invoked. `npm start` loads the source as it is.
 */
export default class Bundle {
  readonly hooks: Readonly<Record<string, () => Promise<void>>>;
  readonly #serverless: Serverless;

  constructor(serverless: Serverless, options: Options) {
    this.#serverless = serverless;
    const wanted = () => (options.function ? [options.function] : serverless.service.getAllFunctions());
    this.hooks = {
      'before:package:createDeploymentArtifacts': () => this.#archive(serverless.service.getAllFunctions()),
      'before:package:function:package': () => this.#archive(wanted()),
      'before:invoke:local:invoke': async () => {
        const folder = await mkdtemp(join(tmpdir(), 'otp-sms-factor-invoke-'));
        process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
        for (const { path, code } of await this.#bundle(wanted())) {
          await mkdir(dirname(join(folder, path)), { recursive: true });
          await writeFile(join(folder, path), code);
        }
        options.extraServicePath = relative(serverless.serviceDir, folder);
      },
    };
  }

  async #archive(names: readonly string[]): Promise<void> {
    const { serviceDir, service } = this.#serverless;
    const folder = join(serviceDir, '.serverless');
    await mkdir(folder, { recursive: true });
    const archives = (await this.#bundle(names)).map(async ({ name, path, code }) => {
      const archive = new ZipFile();
      archive.addBuffer(code, path, { ...DATE, compressionLevel: 9 });
      archive.end();
      const artifact = join(folder, `${name}.zip`);
      await pipeline(archive.outputStream, createWriteStream(artifact));
      service.getFunction(name).package = { artifact };
    });
    await Promise.all(archives);
  }

  async #bundle(names: readonly string[]) {
    const { serviceDir, service } = this.#serverless;
    const paths = names.map((name) => service.getFunction(name).handler.replace(/\.\w+$/, ''));
    const entryPoints = paths.map((path) => ({ in: `${path}.ts`, out: path }));
    const folders = { absWorkingDir: serviceDir, outdir: serviceDir, write: false } as const;
    const options = bundleOptions(service.custom.esbuild, service.provider.environment ?? {});
    const { outputFiles } = await build({ ...options, ...folders, entryPoints });
    return outputFiles.map(({ path, contents }, index) => ({
      name: names[index] ?? '',
      path: relative(serviceDir, path),
      code: Buffer.from(contents),
    }));
  }
}
