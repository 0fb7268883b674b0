import { existsSync } from 'node:fs';
import { localProblems } from '../settings/localProblems.ts';
import { serveApi } from './gateway.ts';
import { claimPort, LOOPBACK } from './ports.ts';
import { readCors, readRoutes } from './routes.ts';
import { SAMPLE, type Stack, startStack } from './stack.ts';

/** Seconds that the printed token lives: a working day. */
const SAMPLE_TOKEN_LIFE_SECONDS = 36_000;

/** Starts the local stack, says how to call it, and lets it run. Throws when it cannot start. */
export const startOffline = async (): Promise<never> => {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const port = await claimPort('PORT', 3000);
  const devPort = await claimPort('DEV_PORT', 3001);
  if (port === devPort) throw new Error(`PORT and DEV_PORT are both ${port}: set one of them to another port`);
  const given = { ...process.env };
  const stack = await startStack(devPort, port);
  const problems = await localProblems(given, stack.environment);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const routes = await readRoutes();
  // Whatever would end the start of a function ends this one.
  await Promise.all(routes.map(({ load }) => load()));
  await serveApi(port, routes, await readCors());
  // Ready is who has answered, not who listens; what no function answers leaves no line in the log.
  await fetch(`http://${LOOPBACK}:${port}/`);
  process.stdout.write(await welcome(port, stack));
  return new Promise(() => {});
};

const welcome = async (port: number, { issuer }: Stack): Promise<string> => {
  const token = await issuer.token({ sub: SAMPLE.sub, expiresIn: SAMPLE_TOKEN_LIFE_SECONDS });
  return `
See it work:  ${issuer.url}/
Read the API: ${issuer.url}/docs/

The API answers on http://${LOOPBACK}:${port}, the development side on ${issuer.url}. Ctrl-C ends both.
Enrol the sample user (${SAMPLE.sub}, ${SAMPLE.phone}):

curl -i -X POST http://${LOOPBACK}:${port}/auth/v1/users/me/auth_factors/otp_sms -H 'Authorization: Bearer ${token}'

`;
};
