import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CountingProxy, startCountingProxy } from '../support/countingProxy.ts';
import { useSecondEngine } from '../support/secondEngine.ts';
import { ROOT, spawnGroup } from '../support/spawn.ts';

/**
 * Each operation at least once, races, repetitions and faults included; the other tests of the contract vary their input,
 * not what functions call the database with.
 */
const FILES = [
  ...['addOtpSms', 'parallel', 'cases', 'challenge', 'idempotency', 'storageCalls'].map((name) => `contract/${name}`),
  ...['storageFaults', 'lostAnswer', 'crash', 'tokenTricks', 'signingKeys'].map((name) => `threats/${name}`),
].map((path) => `test/${path}.test.ts`);

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

it('passes the contract as it is deployed, on whatever DynamoDB the environment names', async () => {
  const report = join(folder, 'report.json');
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const options = ['run', ...FILES, '--coverage.enabled=false', '--reporter=json', `--outputFile=${report}`];
  const run = spawnGroup(process.execPath, [vitest, ...options], {
    AWS_ENDPOINT_URL_DYNAMODB: proxy.endpoint,
    FUNCTIONS: 'deployed',
  });
  const { code } = await run.exit;

  const result = JSON.parse(await readFile(report, 'utf8'));
  const failures = result.testResults
    .flatMap(({ assertionResults }: { assertionResults: object[] }) => assertionResults)
    .filter(({ status }: { status: string }) => status !== 'passed');
  expect(failures).toEqual([]);
  const unread = result.testResults.filter(({ status }: { status: string }) => status !== 'passed');
  expect(unread.map(({ name, message }: { name: string; message: string }) => [name, message])).toEqual([]);
  expect(result).toMatchObject({ success: true, numFailedTestSuites: 0, numPassedTests: result.numTotalTests });
  expect(result.numTotalTests).toBeGreaterThan(0);
  expect(code).toBe(0);

  const counted = (operation: string) => proxy.requests.get(operation) ?? 0;
  expect(counted('CreateTable')).toBe(1);
  expect(counted('TransactWriteItems')).toBeGreaterThan(0);
  expect(counted('Query')).toBeGreaterThan(0);
  const agents = [...(proxy.agents.get('Query') ?? [])];
  expect(agents).toContainEqual(expect.stringMatching(/^aws-sdk-js\/\S+ .*\bapi\/dynamodb#/));
}, 240_000);
