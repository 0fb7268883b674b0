import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';
import { REPLACED_CLIENTS } from './clients.ts';
import { OMISSIONS } from './omissions.ts';

/** The modules that functions are deployed without: what is loaded at every cold start. */
export const SUBSTITUTES = [...REPLACED_CLIENTS, ...OMISSIONS];

/** Puts something smaller or faster into a bundle where functions on Lambda do without a library's own. */
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
