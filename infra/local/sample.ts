import { readFile } from 'node:fs/promises';
import { invokeFunction } from './invocation.ts';
import { freePort } from './ports.ts';
import { SAMPLE, startStack } from './stack.ts';

/** Invokes a function with the event of its file and a token of the sample user; returns 0 when it answered 2xx. */
export const invokeAsSample = async (name: string): Promise<number> => {
  const event = JSON.parse(await readFile(new URL(`events/${name}.json`, import.meta.url), 'utf8'));
  const { issuer, environment } = await startStack(await freePort(), await freePort());
  event.headers.authorization = `Bearer ${await issuer.token({ sub: SAMPLE.sub })}`;
  const { statusCode, output } = await invokeFunction(name, event, environment);
  process.stdout.write(output);
  return statusCode >= 200 && statusCode < 300 ? 0 : 1;
};
