import { defineConfig } from 'vitest/config';

/** What the packaged functions are held to, as the source is; their own tests beside it. */
const ON_PACKAGED_FUNCTIONS = [
  'test/contract/{refusals,walkThrough}.test.ts',
  'test/http/deadline.test.ts',
  'test/operator/support.test.ts',
  'test/rpc/{connect,deadline,grpcWeb,parity}.test.ts',
  'test/threats/{signingKeys,tokenTricks}.test.ts',
  'test/packaged/*.test.ts',
];

/** What needs no database, no network and no other process. */
const UNIT = [
  'test/{config,domain}/*.test.ts',
  'test/codes/derivedKey.test.ts',
  'test/docs/{openapi,tables}.test.ts',
  'test/http/{errorToStatus,headers,idempotencyKey,requestLog,sourceAddress,strictJson}.test.ts',
  'test/operations/operation.test.ts',
  'test/rpc/protobufFields.test.ts',
  'test/sms/message.test.ts',
  'test/storage/{failures,gcra,measuring,transaction,userStore}.test.ts',
  'test/telemetry/{measurements,publisher}.test.ts',
];

/** Set by `npm run test:unit`: these tests alone, on a machine that need not have a DynamoDB. */
const isUnit = process.env.TESTS === 'unit';

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'source',
          include: isUnit ? UNIT : ['test/**/*.test.ts'],
          exclude: ['test/{browser,mutants,packaged}/**'],
        },
      },
      {
        extends: true,
        test: {
          name: 'packaged',
          include: isUnit ? [] : ON_PACKAGED_FUNCTIONS,
          env: { FUNCTIONS: 'packaged' },
          setupFiles: ['./test/packaged/setup.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: isUnit ? [] : ['test/browser/*.test.ts'],
          globalSetup: isUnit ? [] : ['./test/browser/chromium.ts'],
          testTimeout: 120_000,
        },
      },
      { extends: true, test: { name: 'mutants', include: isUnit ? [] : ['test/mutants/*.test.ts'] } },
    ],
    globalSetup: isUnit ? [] : ['test/support/engine.ts', 'test/support/oncePerRun.ts'],
    pool: 'forks',
    isolate: false, // most of a file's time would go into loading the same libraries
    setupFiles: ['./test/support/tidyUp.ts', './test/support/examineLines.ts'],
    maxWorkers: 2, // crowds of requests meet time-outs where workers outnumber cores
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', './test/support/closingLine.ts'],
    coverage: {
      provider: 'istanbul',
      include: ['lib/domain/**/*.ts', 'lib/storage/**/*.ts'],
      reporter: ['text-summary', ['text', { skipFull: true }]],
      thresholds: { 'lib/domain/**': { 100: true }, 'lib/storage/**': { 100: true } },
    },
  },
});
