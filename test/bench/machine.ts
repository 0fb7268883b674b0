import { readFile } from 'node:fs/promises';
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';

const PACKAGES = ['@aws-sdk/client-dynamodb', '@middy/core', 'aws-jwt-verify', 'better-auth', 'esbuild'];

const versionOf = async (name: string): Promise<string> => {
  const [root] = import.meta.resolve(name).split(`/node_modules/${name}/`);
  return JSON.parse(await readFile(new URL(`${root}/node_modules/${name}/package.json`), 'utf8')).version;
};

/** The machine, and what was measured with. */
export const describeMachine = async () => ({
  date: new Date().toISOString(),
  processor: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
  system: `${platform()} ${release()} ${arch()}`,
  load: loadavg()[0] ?? Number.NaN,
  node: process.version,
  packages: Object.fromEntries(await Promise.all(PACKAGES.map(async (name) => [name, await versionOf(name)]))),
});
