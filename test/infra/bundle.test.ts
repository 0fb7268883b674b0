import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import Bundle from '../../infra/plugins/bundle.ts';
import { deployedSettings } from '../support/bundle.ts';
import { unzip } from '../support/unzip.ts';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

/** A service of two functions, and what the Serverless command knows of it. */
const serviceOf = async (code: string, TRUST_PHONE_CLAIMS = '') => {
  const serviceDir = await mkdtemp(join(tmpdir(), 'otp-sms-factor-bundle-'));
  folders.push(serviceDir);
  await mkdir(join(serviceDir, 'functions'));
  const names = ['one', 'two'];
  for (const name of names) await writeFile(join(serviceDir, `functions/${name}.ts`), code.replace('NAME', name));
  const functions = new Map(names.map((name) => [name, { handler: `functions/${name}.handler` }]));
  return {
    serviceDir,
    service: {
      custom: { esbuild: await deployedSettings({ TRUST_PHONE_CLAIMS: 'true' }) },
      provider: { environment: { TRUST_PHONE_CLAIMS } },
      getAllFunctions: () => names,
      getFunction: (name: string) => functions.get(name) ?? { handler: '' },
    },
  };
};
type Known = Awaited<ReturnType<typeof serviceOf>>;

const CODE = `const name: string = 'NAME'; export const handler = async () => name;`;

const run = async (serverless: Known, hook: string, options: { function?: string; extraServicePath?: string } = {}) => {
  await new Bundle(serverless, options).hooks[hook]?.();
  return options;
};
const archives = async ({ serviceDir }: Known) => (await readdir(join(serviceDir, '.serverless'))).sort();

it('archives each function by itself, under the path of its handler', async () => {
  const known = await serviceOf(CODE);
  await run(known, 'before:package:createDeploymentArtifacts');
  expect(await archives(known)).toEqual(['one.zip', 'two.zip']);
  for (const name of ['one', 'two']) {
    const artifact = join(known.serviceDir, `.serverless/${name}.zip`);
    expect(known.service.getFunction(name)).toMatchObject({ package: { artifact } });
    const files = await unzip(artifact);
    expect([...files.keys()]).toEqual([`functions/${name}.cjs`]);
    expect(files.get(`functions/${name}.cjs`)?.toString()).toContain(`"${name}"`);
  }
});

it('makes the same archive of the same function at any time, so that it is not deployed again', async () => {
  const made = async () => {
    const known = await serviceOf(CODE);
    await run(known, 'before:package:createDeploymentArtifacts');
    return readFile(join(known.serviceDir, '.serverless/one.zip'));
  };
  expect((await made()).equals(await made())).toBe(true);
});

it('archives the one function that is deployed alone', async () => {
  const known = await serviceOf(CODE);
  await run(known, 'before:package:function:package', { function: 'two' });
  expect(await archives(known)).toEqual(['two.zip']);
});

it('puts the function that is invoked where the command looks for it, outside of the service', async () => {
  const known = await serviceOf(CODE);
  const { extraServicePath = '' } = await run(known, 'before:invoke:local:invoke', { function: 'one' });
  const folder = join(known.serviceDir, extraServicePath);
  expect(folder.startsWith(known.serviceDir)).toBe(false);
  expect(existsSync(join(folder, 'functions/one.cjs'))).toBe(true);
  expect(await readdir(known.serviceDir)).toEqual(['functions']);
});

it.each([
  ['true', true],
  ['false', false],
  ['', false],
])('with TRUST_PHONE_CLAIMS=%s the reader of claims is in the archive: %s', async (trust, isIn) => {
  const known = await serviceOf(`export const claims = () => import('../auth/claimedPhone.ts'); ${CODE}`, trust);
  await mkdir(join(known.serviceDir, 'auth'));
  await writeFile(join(known.serviceDir, 'auth/claimedPhone.ts'), `export const plans = 'of all countries';`);
  await run(known, 'before:package:createDeploymentArtifacts');
  const [code] = (await unzip(join(known.serviceDir, '.serverless/one.zip'))).values();
  expect(code?.includes('of all countries')).toBe(isIn);
});

it('fails where a function does not build', async () => {
  const known = await serviceOf(`import './missing.ts'; ${CODE}`);
  known.service.custom.esbuild.logLevel = 'silent';
  await expect(run(known, 'before:package:createDeploymentArtifacts')).rejects.toThrow('missing.ts');
});
