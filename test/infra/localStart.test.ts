import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { freePort, LOOPBACK } from '../../infra/local/ports.ts';
import { createTable } from '../../infra/local/table.ts';
import { createUsers } from '../../infra/local/users.ts';
import { useSecondEngine } from '../support/secondEngine.ts';
import { gone, running, spawnGroup, spawnScript, written } from '../support/spawn.ts';

const TABLE = 'otp-sms-factor-local';

const ports = async () => ({ PORT: String(await freePort()), DEV_PORT: String(await freePort()) });
const start = async (environment: Record<string, string> = {}) =>
  spawnScript('infra/local/start.ts', { ...(await ports()), ...environment });

/** Something that listens and never answers. */
const taken = createServer();
let takenPort: number;
beforeAll(async () => {
  await once(taken.listen(0, LOOPBACK), 'listening');
  const address = taken.address();
  takenPort = typeof address === 'object' && address ? address.port : 0;
});
afterAll(() => void taken.close());

describe.concurrent('a start that cannot be', () => {
  const withTaken = (name: string) => ({ [name]: String(takenPort) });
  it.each([
    ['PORT is in use', () => withTaken('PORT'), /^Port \d+ is in use: .* set PORT to another port\n$/],
    ['DEV_PORT is in use', () => withTaken('DEV_PORT'), /^Port \d+ is in use: .* set DEV_PORT to another port\n$/],
    ['PORT is no port', () => ({ PORT: '70000' }), /^PORT=70000 is no port: .*\n$/],
    ['both ports are one', () => ({ PORT: '4545', DEV_PORT: '4545' }), /^PORT and DEV_PORT are both 4545: .*\n$/],
    [
      'the endpoint is no URL',
      () => ({ AWS_ENDPOINT_URL_DYNAMODB: 'dynamo' }),
      /^AWS_ENDPOINT_URL_DYNAMODB=dynamo .*\n$/,
    ],
    [
      'nothing listens at the endpoint',
      () => ({ AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:9' }),
      /^No working DynamoDB at http:\/\/127\.0\.0\.1:9: .*ECONNREFUSED.*\n$/,
    ],
    ['STEP_UP is no word for it', () => ({ STEP_UP: 'on' }), /^Set STEP_UP to required or off, not "on"\n$/],
    ['a number is out of bounds', () => ({ OTP_SMS_DIGITS: '9' }), /^Set OTP_SMS_DIGITS to a whole number .*\n$/],
    ['a country is written small', () => ({ SMS_COUNTRIES: 'ch' }), /^Set SMS_COUNTRIES to .*; not "ch"\n$/],
    ['a country has no numbers of its own', () => ({ SMS_COUNTRIES: 'AX' }), /^Set SMS_COUNTRIES to FI .*\n$/],
    ['proofs come from below a path', () => ({ PROOF_ISSUER: 'https://a.example/b' }), /^Set PROOF_ISSUER to .*\n$/],
    ['an origin has a path', () => ({ CORS_ALLOWED_ORIGINS: 'https://a/b' }), /^Set CORS_ALLOWED_ORIGINS to .*\n$/],
  ])('ends with one line on stderr and exit code 1: %s', async (_, environment, line) => {
    const stack = await start(environment());
    expect(await stack.exit).toEqual({ code: 1, signal: null });
    expect(stack.stderr()).toMatch(line);
    expect(stack.stdout()).toBe('');
    await gone(stack);
  });
});

describe('a signal during the start', () => {
  it.each([
    ['dynoxide', 'SIGINT', 'group'],
    ['dynoxide', 'SIGTERM', 'process'],
  ] as const)('once %s runs: %s to the %s ends everything with exit code 0', async (child, signal, target) => {
    const stack = await start();
    await running(stack, child);
    process.kill(target === 'group' ? -stack.pid : stack.pid, signal);
    expect(await stack.exit).toEqual({ code: 0, signal: null });
    expect(stack.stderr()).toBe('');
    await gone(stack);
  });
});

describe('a start on another DynamoDB', () => {
  const endpoint = useSecondEngine();
  afterEach(() => void vi.unstubAllEnvs());

  it('uses it, keeps what is there, and ends with npm', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', endpoint());
    await createTable(endpoint(), TABLE);
    const users = createUsers(TABLE);
    await users.put('earlier', { phone: '+41791234568', verified: false });

    const npm = spawnGroup('npm', ['start'], { ...(await ports()), AWS_ENDPOINT_URL_DYNAMODB: endpoint() });
    await written(npm, /^curl .*$/m);
    expect((await npm.members()).filter((args) => args.includes('dynoxide'))).toEqual([]);
    process.kill(npm.pid, 'SIGTERM');
    await npm.exit;
    await gone(npm);

    expect(await users.events('earlier')).toHaveLength(2);
    expect((await users.events('sample-user')).map(({ type, sequence }) => [type, sequence])).toEqual([
      ['user.human.phone.changed', 1],
      ['user.human.phone.code.added', 2],
      ['user.human.phone.verified', 3],
    ]);
  });
});
