import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { vi } from 'vitest';
import type { Config } from '../../lib/config/config.ts';
import type { Operation } from '../../lib/operations/operation.ts';
import { RUN_FOLDER } from '../support/oncePerRun.ts';
import { EVERY_OPERATION } from '../support/operations.ts';
import { type Artefact, unzippedService } from './artefact.ts';
import { ACCOUNT, REGION } from './cloudFormation.ts';
import { type Deployed, deployedFunction } from './environment.ts';
import { type AwsService, type Credentials, type Gate, startGate } from './gate.ts';
import { type FunctionProcess, startProcess } from './process.ts';
import { createKms, createSms } from './standIns.ts';

/** How many functions of a test file run at once; the one that was called longest ago makes room. */
const MAX_RUNNING = 7;

/** What proofs are signed with by functions of tests that do not look at them: each deployment gives proofs. */
const SOME_PROOF_KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .privateKey.export({ format: 'der', type: 'pkcs8' })
  .toString('base64');

type Env = Readonly<Record<string, string | undefined>>;
type Context = { getRemainingTimeInMillis(): number };
type Handler = (event: APIGatewayProxyEventV2, context: Context) => Promise<APIGatewayProxyStructuredResultV2>;

let gate: Promise<Gate> | undefined;

/** The gate in front of AWS for the functions of the test files of this process. */
export const theGate = (): Promise<Gate> => (gate ??= startGate());

/** What runs, the one that was called last at the end. */
const running = new Map<object, Running>();

/** Freezes every function that runs, as Lambda does between requests; `thaw` has them go on. */
export const freeze = async (): Promise<{ thaw(): void }> => {
  const all = await Promise.all([...running.values()].map(({ process }) => process));
  for (const each of all) each.freeze();
  return {
    thaw() {
      for (const each of all) each.thaw();
    },
  };
};

/** Ends the functions that still run. */
export const endFunctions = async (): Promise<void> => {
  const all = [...running.values()];
  running.clear();
  await Promise.allSettled(all.map(async ({ process }) => (await process).end()));
};

/** The packaged function of an operation, under the variables of the configuration beside those of the template. */
export const createFunction = (operation: Operation, { env }: Config) => {
  const found = Object.entries(EVERY_OPERATION).find(([, each]) => each.rpc === operation.rpc);
  return packagedFunction(found?.[0] ?? operation.rpc, env);
};

/** The packaged function of RPC. */
export const createRpcFunction = ({ env }: Config) => packagedFunction('rpc', env);

/** The packaged function of operators. */
export const createSupportFunction = ({ env }: Config) => packagedFunction('support', env).handler;

/** A process, and the file that it reads the time from where a test had stopped the clock when it was started. */
type Running = { readonly clock: string | undefined; readonly process: Promise<FunctionProcess> };

/** A packaged function; it is started when it is called first, and again when it had to make room. */
export const packagedFunction = (name: string, env: Env): { readonly handler: Handler } => {
  const handle = {};
  const acquire = (): Running => {
    const found = running.get(handle) ?? start(name, env);
    running.delete(handle);
    running.set(handle, found);
    for (const [idle, { process }] of [...running].slice(0, -MAX_RUNNING)) {
      running.delete(idle);
      void process.then((each) => each.end());
    }
    return found;
  };
  return {
    async handler(event, context) {
      const remainingMs = context.getRemainingTimeInMillis();
      const { clock, process } = acquire();
      if (clock) setClock(clock);
      return (await (await process).invoke(event, remainingMs)) as APIGatewayProxyStructuredResultV2;
    },
  };
};

const start = (name: string, env: Env): Running => {
  const clock = vi.isFakeTimers() ? join(process.env[RUN_FOLDER] ?? '', `clock-${randomUUID()}`) : undefined;
  return { clock, process: startFunction(name, env, clock) };
};

const setClock = (file: string): void => {
  writeFileSync(`${file}.next`, String(Date.now()));
  renameSync(`${file}.next`, file);
};

const startFunction = async (name: string, env: Env, clock: string | undefined): Promise<FunctionProcess> => {
  const artefact = await unzippedService();
  const { CODE_KEY, SMS_INBOX_URL, PROOF_KEY, ...settings } = env;
  const table = settings.TABLE_NAME ?? '';
  const deployed = deployedFunction(artefact, name, { table });
  const { url, admit } = await theGate();
  // What a machine without AWS does in the process, a deployed function asks of AWS.
  const credentials = admit({
    ...deployed,
    name,
    services: {
      dynamodb: endpointOf('DYNAMODB'),
      kms: CODE_KEY || PROOF_KEY ? createKms(CODE_KEY ?? '', PROOF_KEY ?? SOME_PROOF_KEY) : endpointOf('KMS'),
      'sms-voice': SMS_INBOX_URL ? createSms(SMS_INBOX_URL) : endpointOf('PINPOINT_SMS_VOICE_V2'),
    },
  });
  const functionArn = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${deployed.functionName}`;
  return startProcess({
    functionArn,
    runtime: artefact.runtime,
    taskRoot: artefact.taskRoot(name),
    environment: {
      ...variablesOfLambda(deployed, credentials),
      ...deployed.variables,
      PROOF_ISSUER: '', // the API's own URL by default; here proofs are given where a test wants them
      AWS_ENDPOINT_URL_DYNAMODB: url,
      AWS_ENDPOINT_URL_KMS: url,
      AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2: url,
      ...defined(settings),
      ...(clock && timeFrom(clock, artefact)),
    },
  });
};

const NOBODY: AwsService = async () => ({ status: 500, body: { __type: 'InternalServerError' } });

const endpointOf = (service: string): string | AwsService => process.env[`AWS_ENDPOINT_URL_${service}`] || NOBODY;

const defined = (env: Env): Record<string, string> =>
  Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

const timeFrom = (clock: string, { clockProgram }: Artefact) => ({
  TEST_CLOCK_FILE: clock,
  NODE_OPTIONS: `--import=${pathToFileURL(clockProgram)}`,
  // The answers of a DynamoDB whose clock was not moved would have the SDK try again what it else gives up.
  AWS_DISABLE_CLOCK_SKEW_CORRECTION: 'true',
});

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html, "Defined runtime environment variables". */
const variablesOfLambda = (deployed: Deployed, credentials: Credentials): Record<string, string> => ({
  _HANDLER: deployed.handler,
  AWS_REGION: REGION,
  AWS_DEFAULT_REGION: REGION,
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_NAME: deployed.functionName,
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(deployed.memorySize),
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${deployed.functionName}`,
  AWS_LAMBDA_LOG_STREAM_NAME: `2026/01/01/[$LATEST]${randomBytes(16).toString('hex')}`,
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  AWS_SESSION_TOKEN: credentials.sessionToken,
  AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
  AWS_XRAY_DAEMON_ADDRESS: '169.254.79.129:2000',
  LANG: 'en_US.UTF-8',
  PATH: '/var/lang/bin:/usr/local/bin:/usr/bin:/bin:/opt/bin',
  TZ: ':UTC',
});
