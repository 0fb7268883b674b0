import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CountingProxy, startCountingProxy } from '../support/countingProxy.ts';
import { useSecondEngine } from '../support/secondEngine.ts';
import { ROOT, spawnGroup } from '../support/spawn.ts';

const endpoint = useSecondEngine();
let proxy: CountingProxy;
let folder: string;
beforeAll(async () => {
  proxy = await startCountingProxy(endpoint());
  folder = await mkdtemp(join(tmpdir(), 'otp-sms-factor-'));
});
afterAll(async () => {
  proxy.close();
  await rm(folder, { recursive: true });
});

it('passes all contract tests on whatever DynamoDB the environment names', async () => {
  const report = join(folder, 'report.json');
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  // But for those that start a local stack of their own, and the longest one.
  const others = ['walkThrough', 'races'].map((name) => `--exclude=test/contract/${name}.test.ts`);
  const options = [
    'run',
    'test/contract',
    ...others,
    '--coverage.enabled=false',
    '--reporter=json',
    `--outputFile=${report}`,
  ];
  const run = spawnGroup(process.execPath, [vitest, ...options], { AWS_ENDPOINT_URL_DYNAMODB: proxy.endpoint });
  const { code } = await run.exit;

  const result = JSON.parse(await readFile(report, 'utf8'));
  const failures = result.testResults
    .flatMap(({ assertionResults }: { assertionResults: object[] }) => assertionResults)
    .filter(({ status }: { status: string }) => status !== 'passed');
  expect(failures).toEqual([]);
  expect(result).toMatchObject({ success: true, numFailedTestSuites: 0, numPassedTests: result.numTotalTests });
  expect(result.numTotalTests).toBeGreaterThan(0);
  expect(code).toBe(0);

  const counted = (operation: string) => proxy.requests.get(operation) ?? 0;
  expect(counted('CreateTable')).toBe(1);
  expect(counted('TransactWriteItems')).toBeGreaterThan(0);
  expect(counted('Query')).toBeGreaterThan(0);
}, 90_000);
