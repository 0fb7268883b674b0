import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';
import { OMISSIONS } from './omissions.ts';

/** Leaves out of a bundle what functions on Lambda have no use for: it is loaded at every cold start. */
const slimSdk: Plugin = {
  name: 'slim-sdk',
  setup(build) {
    for (const { file, instead } of OMISSIONS) {
      build.onLoad({ filter: file }, async ({ path }) => {
        const match = file.exec(path);
        return match && { contents: instead(await readFile(path, 'utf8'), match), loader: 'js' };
      });
    }
  },
};

/** The plugins that serverless-esbuild bundles with. */
export default [slimSdk];
