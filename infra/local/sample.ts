import { FUNCTION_NAMES, sampleEvent } from './events.ts';
import { invokeFunction } from './invocation.ts';
import { freePort } from './ports.ts';
import { SAMPLE, startStack } from './stack.ts';

/**
 * Invokes a function as the sample user, who has a verified phone, with a request body in JSON, which is the whole event
 * where the function has no route; returns 0 when that is carried out. Throws when there is no such function, or when the body is not JSON.
 */
export const invokeAsSample = async (name = 'addOtpSms', body = '{}'): Promise<number> => {
  if (!FUNCTION_NAMES.includes(name)) {
    throw new Error(`There is no function ${name}: npm run invoke -- <${FUNCTION_NAMES.join(' | ')}> ['<JSON>']`);
  }
  try {
    JSON.parse(body);
  } catch {
    throw new Error(`The body is not JSON: npm run invoke -- ${name} '{"…": "…"}'`);
  }
  const { issuer, environment } = await startStack(await freePort(), await freePort());
  const event = sampleEvent(name, await issuer.token({ sub: SAMPLE.sub }), body);
  const { succeeded, output } = await invokeFunction(name, event, environment);
  process.stdout.write(output);
  return succeeded ? 0 : 1;
};
