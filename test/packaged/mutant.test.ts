import { chmod, cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fromSetup } from '../support/environment.ts';
import { RUN_FOLDER } from '../support/oncePerRun.ts';
import { ROOT, spawnGroup } from '../support/spawn.ts';
import { FUNCTIONS_FOLDER, unzippedService } from './artefact.ts';

/** Put before the code of a packaged function, whatever it is bundled like: every signature of a token holds. */
const EVERY_SIGNATURE_HOLDS = `
  { const crypto = process.getBuiltinModule('node:crypto');
    crypto.verify = (_algorithm, _data, _key, _signature, done) => (done ? done(null, true) : true);
    crypto.Verify.prototype.verify = () => true;
    process.getBuiltinModule('node:module').syncBuiltinESMExports(); }
`;

type Report = {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
};

let folder: string;
beforeAll(async () => {
  const artefact = await unzippedService();
  folder = await mkdtemp(join(tmpdir(), 'otp-sms-factor-mutant-'));
  await chmod(folder, 0o755);
  await cp(artefact.taskRoot('.'), join(folder, FUNCTIONS_FOLDER), { recursive: true });
}, 180_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

it('a packaged function that accepts forged tokens fails the tests of them', async () => {
  const root = join(folder, FUNCTIONS_FOLDER, 'addOtpSms/functions');
  const [file = ''] = (await readdir(root)).filter((name) => /^addOtpSms\.[cm]?js$/.test(name));
  const code = await readFile(join(root, file), 'utf8');
  await chmod(join(root, file), 0o644);
  await writeFile(join(root, file), `${EVERY_SIGNATURE_HOLDS}${code}`);

  const output = join(folder, 'report.json');
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const tests = ['run', '--project', 'packaged', 'test/threats/tokenTricks.test.ts', '--coverage.enabled=false'];
  const run = spawnGroup(process.execPath, [vitest, ...tests, '--reporter=json', `--outputFile=${output}`], {
    [RUN_FOLDER]: folder,
    AWS_ENDPOINT_URL_DYNAMODB: fromSetup('AWS_ENDPOINT_URL_DYNAMODB'),
  });
  await run.exit;

  const report: Report = JSON.parse(await readFile(output, 'utf8'));
  const results = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const good = results.filter(({ ancestorTitles }) => ancestorTitles.includes('good tokens'));
  expect(good.length).toBeGreaterThan(0);
  expect(new Set(good.map(({ status }) => status))).toEqual(new Set(['passed']));
  const failed = results.filter(({ status }) => status === 'failed');
  expect(failed.map(({ title }) => title)).toEqual(
    expect.arrayContaining([
      'a stranger’s signature under our kid: signature',
      'an ECDSA signature of zeros: signature',
      'claims of another token: signature',
    ]),
  );
  // It is the token that was accepted, and nothing else that went wrong.
  for (const { failureMessages } of failed) {
    expect(failureMessages[0]).toMatch(/^AssertionError: expected 400 to be 401/);
  }
}, 120_000);
