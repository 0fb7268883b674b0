import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { OPERATIONS } from '../../lib/operations/index.ts';
import { oncePerRun } from './oncePerRun.ts';
import { EVERY_OPERATION, routeOf } from './operations.ts';
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
  readonly Type?: string;
  readonly AllowedPattern?: string;
  readonly MinValue?: number;
  readonly MaxValue?: number;
  readonly ConstraintDescription: string;
};

/** A CloudFormation template. */
export type Template = {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Parameters: Readonly<Record<string, Parameter>>;
  readonly Conditions: Readonly<Record<string, unknown>>;
  readonly Outputs?: Readonly<Record<string, unknown>>;
};

/** A packaged service: its template, and the folder with one archive per function. */
export type Package = {
  readonly folder: string;
  readonly template: Template;
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

/** `addOtpSms` → `[POST /auth/v1/…]`, for every operation there is, and what is no operation of its own; operators have no route. */
export const ROUTES: Readonly<Record<string, readonly string[]>> = {
  jwks: ['GET /.well-known/jwks.json'],
  support: [],
  rpc: [...new Set(Object.values(OPERATIONS).map(({ service }) => `POST /${service}/{method}`))],
  ...Object.fromEntries(Object.entries(EVERY_OPERATION).map(([name, operation]) => [name, [routeOf(operation)]])),
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

/** How a command ended, and what it wrote. */
export type Outcome = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** Makes the service look in a folder as in the working tree, whose own folders other commands may be using. */
export const linkService = async (root: string): Promise<void> => {
  await Promise.all(SOURCES.map((name) => symlink(join(ROOT, name), join(root, name))));
  await copyFile(join(ROOT, 'serverless.yml'), join(root, 'serverless.yml')); // which may be no link
};

/** Runs the Serverless command in such a folder, with neither credentials nor settings of this machine. */
export const runServerless = (
  root: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Outcome> => {
  const command = createRequire(import.meta.url).resolve('serverless/bin/serverless.js');
  const env = { ...bareEnvironment(), ...environment, SLS_TELEMETRY_DISABLED: '1', SLS_NOTIFICATIONS_MODE: 'off' };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [command, ...args], { cwd: root, env }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
};

/** Packages a stage of the service as a deploy would; once in a run for the same settings. */
export const packageService = async (stage: string, settings: Record<string, string> = {}): Promise<Package> => {
  const root = await oncePerRun(packageName(stage, settings), (folder) => runPackage(folder, stage, settings));
  const folder = join(root, 'package');
  const template = await readFile(join(folder, 'cloudformation-template-update-stack.json'), 'utf8');
  return { folder, template: JSON.parse(template) };
};

/** What the folder of a package is called. */
export const packageName = (stage: string, settings: Record<string, string>): string =>
  `package-${stage}-${createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 8)}`;

const runPackage = async (root: string, stage: string, settings: Record<string, string>): Promise<void> => {
  await linkService(root);
  const args = ['package', '--stage', stage, '--package', join(root, 'package')];
  const { code, stderr } = await runServerless(root, args, { ...TOKEN_SETTINGS, ...SMS_SETTINGS, ...settings });
  if (code !== 0) throw new Error(`The service cannot be packaged:\n${stderr}`);
};
