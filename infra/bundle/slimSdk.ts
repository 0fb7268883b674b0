import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';
import { OMISSIONS } from './omissions.ts';
import { SHORTCUTS } from './shortcuts.ts';

/** The modules of the SDK that functions are deployed without: they are loaded at every cold start. */
export const SUBSTITUTES = [...OMISSIONS, ...SHORTCUTS];

/** Puts something smaller or faster into a bundle where functions on Lambda do without the SDK's own. */
const slimSdk: Plugin = {
  name: 'slim-sdk',
  setup(build) {
    for (const { file, instead } of SUBSTITUTES) {
      build.onLoad({ filter: file }, async ({ path }) => {
        const match = file.exec(path);
        return match && { contents: instead(await readFile(path, 'utf8'), match), loader: 'js' };
      });
    }
  },
};

/** The plugins that serverless-esbuild bundles with. */
export default [slimSdk];
