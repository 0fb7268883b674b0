import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './ports.ts';
import { serverless } from './serverless.ts';
import { SAMPLE, startStack } from './stack.ts';

/** Invokes a function once with the event of its file and a token of the sample user, as API Gateway would. */
const invoke = async (name: string): Promise<number> => {
  const event = JSON.parse(await readFile(new URL(`events/${name}.json`, import.meta.url), 'utf8'));
  const stack = await startStack(await freePort());
  const folder = await mkdtemp(join(tmpdir(), 'otp-sms-factor-'));
  try {
    event.headers.authorization = `Bearer ${await stack.issuer.token({ sub: SAMPLE.sub })}`;
    const path = join(folder, 'event.json');
    await writeFile(path, JSON.stringify(event));
    const [exitCode] = await once(
      serverless(['invoke', 'local', '-f', name, '--path', path], stack.environment),
      'exit',
    );
    return exitCode ?? 1;
  } finally {
    await rm(folder, { recursive: true });
    await stack.stop();
  }
};

invoke('addOtpSms').then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
