import { defineConfig } from 'vitest/config';
import { FOLDER, FOLDERS } from './folders.ts';

/** The tests of one folder, once for each of its mutants. */
export default defineConfig({
  test: {
    include: [...(FOLDERS[process.env[FOLDER] ?? ''] ?? [])],
    globalSetup: ['test/support/engine.ts', 'test/support/oncePerRun.ts'],
    setupFiles: ['./test/support/tidyUp.ts'],
    isolate: false,
    testTimeout: 20_000,
  },
});
