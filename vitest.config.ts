import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/engine.ts'],
    pool: 'forks',
    isolate: false, // most of a file's time would go into loading the same libraries
    setupFiles: ['./test/support/tidyUp.ts', './test/support/examineLines.ts'],
    maxWorkers: 3, // one more than cores: many tests wait for time-outs
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', './test/support/closingLine.ts'],
    coverage: {
      provider: 'istanbul',
      include: ['lib/domain/**/*.ts', 'lib/storage/**/*.ts'],
      reporter: ['text-summary', ['text', { skipFull: true }]],
      thresholds: {
        'lib/domain/**': { lines: 100, branches: 100, functions: 100, statements: 100 },
        'lib/storage/**': { lines: 100, branches: 100, functions: 100, statements: 100 },
      },
    },
  },
});
