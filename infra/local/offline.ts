import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { localProblems } from '../settings/localProblems.ts';
import { claimPort, freePort, LOOPBACK } from './ports.ts';
import { serverless } from './serverless.ts';
import { SAMPLE, type Stack, startStack } from './stack.ts';

/** Seconds that the printed token lives: a working day. */
const SAMPLE_TOKEN_LIFE = 36_000;

/** Milliseconds that the API may take to answer its first request. */
const START_LIMIT = 60_000;

/** Starts the local stack, says how to call it, and lets it run. Throws when it cannot start, or when the API ends. */
export const startOffline = async (): Promise<never> => {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const port = await claimPort('PORT', 3000);
  const devPort = await claimPort('DEV_PORT', 3001);
  if (port === devPort) throw new Error(`PORT and DEV_PORT are both ${port}: set one of them to another port`);
  const given = { ...process.env };
  const stack = await startStack(devPort, port);
  const problems = await localProblems(given, stack.environment);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return serveFunctions(port, stack.environment, async () => {
    process.stdout.write(await welcome(port, stack));
  });
};

const serveFunctions = async (
  port: number,
  environment: Readonly<Record<string, string>>,
  ready: () => Promise<void>,
): Promise<never> => {
  const options = { host: LOOPBACK, httpPort: port, lambdaPort: await freePort() };
  const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const api = await serverless(['offline', ...flags, '--localEnvironment', '--noSponsor'], environment);
  const ended = once(api, 'exit').then(([code, signal]): never => {
    throw new Error(`serverless offline has ended (${signal ?? `exit code ${code}`}), and with it the API`);
  });
  await Promise.race([ended, answering(`http://${LOOPBACK}:${port}/.well-known/jwks.json`, api).then(ready)]);
  return ended;
};

const answering = async (url: string, api: ChildProcess): Promise<void> => {
  const end = performance.now() + START_LIMIT;
  while (performance.now() < end && api.exitCode === null && api.signalCode === null) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) }).catch(() => undefined);
    if (answer) return isKeySet(await answer.text(), url);
    await sleep(50);
  }
  throw new Error(`The API does not answer at ${url} ${START_LIMIT / 1000} seconds after its start`);
};

/** Throws what a function has answered that does not work; serverless offline says 200 to its stack trace as well. */
const isKeySet = (body: string, url: string): void => {
  if (!body.startsWith('{"keys":')) throw new Error(`The function of ${url} does not work: ${body.slice(0, 200)}`);
};

const welcome = async (port: number, { issuer }: Stack): Promise<string> => {
  const token = await issuer.token({ sub: SAMPLE.sub, expiresIn: SAMPLE_TOKEN_LIFE });
  return `
The API answers on http://${LOOPBACK}:${port}, the development side on ${issuer.url}. Ctrl-C ends both.
Read about the API and try it: ${issuer.url}/docs/
Enrol the sample user (${SAMPLE.sub}, ${SAMPLE.phone}):

curl -i -X POST http://${LOOPBACK}:${port}/auth/v1/users/me/auth_factors/otp_sms -H 'Authorization: Bearer ${token}'

`;
};
