import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { type WebFile, webFile, webPage } from './webFile.ts';

const FOLDER = fileURLToPath(new URL('page', import.meta.url));

/** Files that are given out as they are, and where they stand. */
const READY_MADE: Readonly<Record<string, string>> = {
  'icon.svg': FOLDER,
  'swagger-ui.css': dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json')),
  'swagger-ui-bundle.js': dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json')),
};

/** The pages by which the API is looked at and tried, at an address of the API. */
export const createPages = (apiUrl: string) => {
  let built: ReadonlyMap<string, Uint8Array> | undefined;
  const page = async (name: string) => {
    built = build(); // each time, so that whoever changes a page need only load it again
    return webPage(await readFile(join(FOLDER, name), 'utf8'), apiUrl);
  };
  return {
    /** The page that shows the factor in use. */
    demonstration: () => page('index.html'),
    /** The page to read the API's description on. */
    description: () => page('description.html'),
    /** A file that one of them names; none when there is no such file. */
    async file(name: string): Promise<WebFile | undefined> {
      const folder = Object.hasOwn(READY_MADE, name) ? READY_MADE[name] : undefined;
      if (folder !== undefined) return webFile(name, await readFile(join(folder, name)));
      built ??= build();
      const content = built.get(name);
      return content && webFile(name, content);
    },
  };
};

/** Scripts and styles as browsers take them, by name. */
const build = (): ReadonlyMap<string, Uint8Array> => {
  const { outputFiles } = buildSync({
    entryPoints: ['main.ts', 'description.ts', 'style.css', 'description.css'].map((name) => join(FOLDER, name)),
    outdir: '/files',
    assetNames: '[name]',
    external: ['/files/*'],
    loader: { '.woff2': 'file' },
    bundle: true,
    format: 'esm',
    target: 'es2024',
    sourcemap: 'inline',
    write: false,
    logLevel: 'silent', // what it throws says the same
  });
  return new Map(outputFiles.map(({ path, contents }) => [basename(path), contents]));
};
