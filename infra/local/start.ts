import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { claimPort, freePort, LOOPBACK } from './ports.ts';
import { serverless } from './serverless.ts';
import { SAMPLE, type Stack, startStack } from './stack.ts';

/** Seconds that the printed token lives: a working day. */
const SAMPLE_TOKEN_LIFE = 36_000;

const main = async (): Promise<void> => {
  const port = await claimPort('PORT', 3000);
  const devPort = await claimPort('DEV_PORT', 3001);
  if (port === devPort) throw new Error(`PORT and DEV_PORT are both ${port}: set one of them to another port`);
  const stack = await startStack(devPort);
  const api = serverless(
    [
      'offline',
      '--host',
      LOOPBACK,
      '--httpPort',
      `${port}`,
      '--lambdaPort',
      `${await freePort()}`,
      '--localEnvironment',
      '--noSponsor',
    ],
    stack.environment,
  );

  let stopping = false;
  const stop = async (exitCode: number) => {
    if (stopping) return;
    stopping = true;
    if (api.exitCode === null && api.signalCode === null) {
      api.kill('SIGTERM');
      await Promise.race([once(api, 'exit'), sleep(5_000)]);
      api.kill('SIGKILL');
    }
    await stack.stop();
    process.exit(exitCode);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));
  api.once('exit', (code) => void stop(code ?? 1));

  if (await answering(`http://${LOOPBACK}:${port}/`)) process.stdout.write(await welcome(port, stack));
};

const answering = async (url: string): Promise<boolean> => {
  for (let attempt = 0; attempt < 600; attempt++) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer) return true;
    await sleep(100);
  }
  return false;
};

const welcome = async (port: number, { issuer }: Stack): Promise<string> => {
  const token = await issuer.token({ sub: SAMPLE.sub, expiresIn: SAMPLE_TOKEN_LIFE });
  return `
The API answers on http://${LOOPBACK}:${port}, the development side on ${issuer.url}. Ctrl-C ends both.
Enrol the sample user (${SAMPLE.sub}, ${SAMPLE.phone}):

curl -i -X POST http://${LOOPBACK}:${port}/auth/v1/users/me/auth_factors/otp_sms -H 'Authorization: Bearer ${token}'

`;
};

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
