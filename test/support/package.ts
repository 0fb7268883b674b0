import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { OPERATIONS } from '../../lib/operations/index.ts';
import { oncePerRun } from './oncePerRun.ts';
import { bareEnvironment, ROOT } from './spawn.ts';

/** A resource of a CloudFormation template as far as the tests look into it. */
export type Resource = {
  readonly Type: string;
  readonly Condition?: string;
  readonly DependsOn?: string | readonly string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Properties: Record<string, unknown>;
};

/** A parameter of a CloudFormation template: what its value must be like, and what is said when it is not. */
export type Parameter = {
  readonly AllowedPattern?: string;
  readonly MinValue?: number;
  readonly ConstraintDescription: string;
};

/** A CloudFormation template. */
export type Template = {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Parameters: Readonly<Record<string, Parameter>>;
  readonly Conditions: Readonly<Record<string, unknown>>;
  readonly Outputs?: Readonly<Record<string, unknown>>;
};

/** A packaged service: its template, its parameters, and the folder with one archive per function. */
export type Package = {
  readonly folder: string;
  readonly template: Template;
  readonly parameters: readonly { readonly ParameterKey: string; readonly ParameterValue: string }[];
};

/** What a deploy cannot do without. */
export const TOKEN_SETTINGS = {
  TOKEN_ISSUER: 'https://issuer.example',
  TOKEN_AUDIENCE: 'otp-sms-factor',
  DEFAULT_RESOURCE_OWNER: '69629023906488334',
};
export const SMS_SETTINGS = {
  SMS_ORIGINATION_IDENTITY: 'arn:aws:sms-voice:eu-central-1:000000000000:pool/pool-0',
  SMS_ORIGIN_HOST: 'example.com',
};

/** `addOtpSms` → `[POST /auth/v1/…]`, for every operation there is, and what is no operation of its own. */
export const ROUTES: Readonly<Record<string, readonly string[]>> = {
  jwks: ['GET /.well-known/jwks.json'],
  rpc: [...new Set(Object.values(OPERATIONS).map(({ service }) => `POST /${service}/{method}`))],
  ...Object.fromEntries(Object.entries(OPERATIONS).map(([name, { http }]) => [name, [http.replace(' ', ' /auth/v1')]])),
};

/** Every function there is. */
export const FUNCTION_NAMES = Object.keys(ROUTES).sort();

/** What a stage that is kept is packaged with: all that a deploy can be told of messages and alarms. */
export const PROD_SETTINGS = {
  ALARM_EMAIL: 'on-call@example.com',
  SMS_SPEND_ALARM: '250',
  SMS_CONFIGURATION_SET: 'otp',
  SMS_PROTECT_CONFIGURATION_ID: 'protect-00000000000000000000000000000000',
};

const SOURCES = ['package.json', 'infra', 'functions', 'lib', 'node_modules'];

/**
 * Packages a stage of the service as a deploy would, with neither credentials nor settings of this machine; once in a run
 * for the same settings.
 *
 * Done beside the working tree, since the command clears folders there that another one may be using.
 */
export const packageService = async (stage: string, settings: Record<string, string> = {}): Promise<Package> => {
  const root = await oncePerRun(packageName(stage, settings), (folder) => runPackage(folder, stage, settings));
  const folder = join(root, 'package');
  const read = async (name: string) => JSON.parse(await readFile(join(folder, name), 'utf8'));
  return {
    folder,
    template: await read('cloudformation-template-update-stack.json'),
    parameters: (await read('serverless-state.json')).service.provider.stackParameters,
  };
};

/** What the folder of a package is called. */
export const packageName = (stage: string, settings: Record<string, string>): string =>
  `package-${stage}-${createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 8)}`;

const runPackage = async (root: string, stage: string, settings: Record<string, string>): Promise<void> => {
  await Promise.all(SOURCES.map((name) => symlink(join(ROOT, name), join(root, name))));
  await copyFile(join(ROOT, 'serverless.yml'), join(root, 'serverless.yml')); // which may be no link
  const command = createRequire(import.meta.url).resolve('serverless/bin/serverless.js');
  const args = [command, 'package', '--stage', stage, '--package', join(root, 'package')];
  await promisify(execFile)(process.execPath, args, {
    cwd: root,
    env: {
      ...bareEnvironment(),
      ...TOKEN_SETTINGS,
      ...SMS_SETTINGS,
      ...settings,
      SLS_TELEMETRY_DISABLED: '1',
      SLS_NOTIFICATIONS_MODE: 'off',
    },
  });
};
