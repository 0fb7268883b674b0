import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../infra/local/ports.ts';
import { fromSetup } from '../support/environment.ts';
import { gone, ROOT, spawnGroup, spawnScript, written } from '../support/spawn.ts';

const PACKAGE = `@dynoxide/${process.platform}-${process.arch}`;
/** What is behind the port of the container: the engine of the tests. */
const FORWARDER = `
  const { connect, createServer } = require('node:net');
  const [port, target] = process.argv.slice(1);
  const { hostname, port: targetPort } = new URL(target);
  createServer((socket) => {
    const other = connect(Number(targetPort), hostname);
    for (const each of [socket, other]) each.on('error', () => {});
    socket.pipe(other).pipe(socket);
  }).listen(Number(port), '127.0.0.1');
`;

const LINE = new RegExp(
  `^There is no embedded DynamoDB .*"npm install --no-save ${PACKAGE}".*AWS_ENDPOINT_URL_DYNAMODB`,
);

/** `docker run`, as far as it is used here: fetches an image, publishes a port, heeds SIGTERM. */
const DOCKER = `#!/bin/bash
echo "$@" > "$(dirname "$0")/arguments"
echo "Unable to find image 'amazon/dynamodb-local:latest' locally" >&2
sleep 0.5
[[ "$5" =~ ^127\\.0\\.0\\.1:([0-9]+):8000$ ]] && exec '${process.execPath}' -e "$FORWARDER" "\${BASH_REMATCH[1]}" "$TARGET"
`;

const NO_DAEMON = `#!/bin/bash
echo "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?" >&2
exit 1
`;

/** The service on a machine that the embedded engine is not published for. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'otp-sms-factor-hidden-'));
  const parts = ['functions', 'infra', 'lib', 'test', 'package.json', 'serverless.yml', 'vitest.config.ts'];
  await Promise.all(parts.map((part) => cp(join(ROOT, part), join(folder, part), { recursive: true })));
  await mkdir(join(folder, 'node_modules'));
  const packages = (await readdir(join(ROOT, 'node_modules'))).filter((name) => !/^(@dynoxide|\..*)$/.test(name));
  const link = (name: string) => symlink(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
  await Promise.all(packages.map(link));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Variables of a shell that finds Node, and this for `docker`, if anything. */
const shell = async (docker?: string) => {
  const path = await mkdtemp(join(folder, 'bin-'));
  if (docker !== undefined) {
    await writeFile(join(path, 'docker'), docker);
    await chmod(join(path, 'docker'), 0o755);
  }
  const ports = { PORT: String(await freePort()), DEV_PORT: String(await freePort()) };
  return { path, environment: { ...ports, PATH: `${path}:${dirname(process.execPath)}:/usr/bin:/bin` } };
};

const start = (environment: Record<string, string>) => spawnScript(join(folder, 'infra/local/start.ts'), environment);

const test = (environment: Record<string, string>) => {
  const runner = join(ROOT, 'node_modules/vitest/vitest.mjs');
  return spawnGroup(process.execPath, [runner, 'run', '--root', folder, 'test/domain/code.test.ts'], environment);
};

describe.concurrent('on a machine without the embedded engine', () => {
  it('npm start ends with one line that says what to do', async () => {
    const { environment } = await shell();
    const stack = start(environment);
    expect(await stack.exit).toEqual({ code: 1, signal: null });
    expect(stack.stdout()).toBe('');
    expect(stack.stderr()).toMatch(LINE);
    expect(stack.stderr().trimEnd().split('\n')).toHaveLength(1);
  });

  it('npm test ends with the line', async () => {
    const { environment } = await shell();
    const tests = test(environment);
    expect(await tests.exit).toEqual({ code: 1, signal: null });
    expect(tests.stderr()).toMatch(LINE);
    expect(tests.stderr().trimEnd().split('\n')).toHaveLength(1);
  });

  it('npm run test:unit needs none', async () => {
    const { environment } = await shell();
    const tests = test({ ...environment, TESTS: 'unit' });
    expect(await tests.exit).toEqual({ code: 0, signal: null });
    expect(tests.stdout()).toMatch(/^[1-9]\d* passed, 0 failed, 0 skipped$/m);
  });

  it('whose Docker does not run, it says so after what Docker says', async () => {
    const { environment } = await shell(NO_DAEMON);
    const stack = start(environment);
    expect(await stack.exit).toEqual({ code: 1, signal: null });
    const lines = stack.stderr().trimEnd().split('\n');
    expect(lines).toEqual([
      expect.stringContaining('Cannot connect to the Docker daemon'),
      expect.stringMatching(LINE),
    ]);
  });

  it('DynamoDB Local runs by Docker, and ends with it', async () => {
    const { path, environment } = await shell(DOCKER);
    const TARGET = fromSetup('AWS_ENDPOINT_URL_DYNAMODB');
    const stack = start({ ...environment, FORWARDER, TARGET });
    await written(stack, /^curl .*$/m);
    expect(await readFile(join(path, 'arguments'), 'utf8')).toMatch(
      /^run --rm --init --publish 127\.0\.0\.1:\d+:8000 amazon\/dynamodb-local -jar DynamoDBLocal\.jar -inMemory -sharedDb\n$/,
    );
    process.kill(stack.pid, 'SIGTERM');
    expect(await stack.exit).toEqual({ code: 0, signal: null });
    await gone(stack);
  });
});
