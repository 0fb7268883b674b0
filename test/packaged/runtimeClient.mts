/**
 * The part of a Lambda function's process that is AWS's: loads the handler, fetches events and hands back answers, by the
 * documented Runtime API (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html). It runs as a program of its own,
 * beside the function, and imports nothing but Node.
 */
import { existsSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { pathToFileURL } from 'node:url';

type Handler = (event: unknown, context: object) => unknown;

const { AWS_LAMBDA_RUNTIME_API = '', LAMBDA_TASK_ROOT = '', _HANDLER = '' } = process.env;

const exchange = (method: string, path: string, body = ''): Promise<{ head: IncomingMessage; text: string }> =>
  new Promise((resolve, reject) => {
    const url = `http://${AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/${path}`;
    const outgoing = request(url, { method, headers: { 'content-type': 'application/json' } }, async (head) => {
      let text = '';
      for await (const chunk of head.setEncoding('utf8')) text += chunk;
      resolve({ head, text });
    });
    outgoing.on('error', reject).end(body);
  });

const told = (error: unknown): string => {
  const { name = 'Error', message = String(error), stack = '' } = error instanceof Error ? error : {};
  return JSON.stringify({ errorType: name, errorMessage: message, trace: stack.split('\n') });
};

/** Loads by `import`, whatever the kind of module, and awaits what it gets, as the runtime of Node 24 does. */
const load = async (): Promise<Handler> => {
  const [, path, name] = /^(.+)\.(\w+)$/.exec(_HANDLER) ?? [];
  const file = ['.js', '.mjs', '.cjs'].map((end) => `${LAMBDA_TASK_ROOT}/${path}${end}`).find(existsSync);
  if (!file || !name) throw new Error(`Cannot find the module of ${_HANDLER}`);
  const loaded = await import(pathToFileURL(file).href);
  if (typeof loaded[name] !== 'function') throw new Error(`${_HANDLER} is undefined or not exported`);
  return loaded[name];
};

const contextOf = ({ headers }: IncomingMessage): { readonly awsRequestId: string } => {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  return Object.assign(
    {
      awsRequestId: String(headers['lambda-runtime-aws-request-id']),
      invokedFunctionArn: String(headers['lambda-runtime-invoked-function-arn']),
      functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
      functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
      memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
      logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
      logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    },
    { getRemainingTimeInMillis: () => deadline - Date.now() },
  );
};

const handler = await load().catch(async (error: unknown) => {
  await exchange('POST', 'init/error', told(error));
  process.exit(1);
});

for (;;) {
  const { head, text } = await exchange('GET', 'invocation/next');
  process.env._X_AMZN_TRACE_ID = String(head.headers['lambda-runtime-trace-id']);
  const context = contextOf(head);
  const path = `invocation/${context.awsRequestId}`;
  try {
    const answer = await handler(JSON.parse(text), context);
    await exchange('POST', `${path}/response`, JSON.stringify(answer));
  } catch (error) {
    await exchange('POST', `${path}/error`, told(error));
  }
}
