import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { LOOPBACK } from '../../infra/local/ports.ts';
import { configFor, httpEvent, lambdaContext, startIssuer } from '../support/api.ts';
import { unzippedService } from './artefact.ts';
import { packagedFunction } from './functions.ts';
import { startProcess } from './process.ts';

const issuer = await startIssuer();
const { env } = configFor(issuer);
const withoutToken = httpEvent('GET /users/me/phone', {});

describe('a function that loads', () => {
  it('gets its first event when it is warm, not before: its exports have a `then`, which the runtime awaits', async () => {
    const { promise: asked, resolve: isAsked } = Promise.withResolvers<ServerResponse>();
    const slow = createServer((_, response) => isAsked(response));
    await new Promise<void>((resolve) => slow.listen(0, LOOPBACK, resolve));
    const port = (slow.address() as AddressInfo).port;
    process.env.AWS_ENDPOINT_URL_DYNAMODB = `http://${LOOPBACK}:${port}`;

    const order: string[] = [];
    const { handler } = packagedFunction('getPhone', env);
    // A request that needs no database, so that nothing but the warm-up keeps it waiting.
    const answer = handler(withoutToken, lambdaContext()).then(({ statusCode }) => order.push(`answer ${statusCode}`));
    const response = await asked;
    await sleep(300); // milliseconds; a function that is not waited for has long answered
    order.push('warm');
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{"Items":[]}');
    await answer;
    expect(order).toEqual(['warm', 'answer 401']);
    slow.close();
    slow.closeAllConnections();
  });

  it.each([
    [
      'TOKEN_CLIENT_ID',
      { TOKEN_CLIENT_ID: 'client' },
      /"errorType":"SettingError","errorMessage":"Set TOKEN_AUDIENCE .* or TOKEN_CLIENT_ID/,
    ],
    [
      'TABLE_NAME',
      { TABLE_NAME: '' },
      /"errorType":"SettingError","errorMessage":"Set TABLE_NAME: the name of the DynamoDB table/,
    ],
  ])('ends with what to set %s to, where that is wrong', async (_, wrong, message) => {
    const { handler } = packagedFunction('getPhone', { ...env, ...wrong });
    await expect(handler(withoutToken, lambdaContext())).rejects.toThrow(message);
  });
});

/** What Lambda's own runtime client cannot do without. */
const VARIABLES = {
  AWS_LAMBDA_FUNCTION_NAME: 'any',
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
  AWS_LAMBDA_LOG_GROUP_NAME: 'any',
  AWS_LAMBDA_LOG_STREAM_NAME: 'any',
};

describe('the process around a function', () => {
  const folders: string[] = [];
  afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

  const start = async (code: string) => {
    const taskRoot = await mkdtemp(join(tmpdir(), 'otp-sms-factor-function-'));
    folders.push(taskRoot);
    await mkdir(join(taskRoot, 'functions'));
    await writeFile(join(taskRoot, 'functions/any.cjs'), code);
    await chmod(taskRoot, 0o755);
    const { runtime } = await unzippedService();
    const environment = { ...VARIABLES, _HANDLER: 'functions/any.handler' };
    return startProcess({ functionArn: 'arn:any', runtime, taskRoot, environment });
  };

  it.each([
    ['ends', 'exports.handler = () => process.exit(3)', 1_000, /has ended \(3\)/],
    [
      'throws',
      'exports.handler = async () => { throw new Error("not today") }',
      1_000,
      /The handler threw: .*not today/,
    ],
    [
      'never answers',
      'exports.handler = () => new Promise(() => setInterval(() => {}, 1_000))',
      -19_500,
      /took more than 500 ms/,
    ],
    ['exports something else', 'exports.handle = () => {}', 1_000, /cannot be loaded: .*not exported/],
  ])('tells when it %s', async (_, code, remainingMs, message) => {
    const process = await start(code);
    await expect(process.invoke({}, remainingMs)).rejects.toThrow(message);
    await process.end();
  });

  it('gives it nothing of ours', async () => {
    const process = await start('exports.handler = async () => Object.keys(globalThis.process.env)');
    expect(await process.invoke({}, 1_000)).not.toEqual(expect.arrayContaining([expect.stringMatching(/VITEST|HOME/)]));
    await process.end();
  });
});
