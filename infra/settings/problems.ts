import { functionProblems } from './functionProblems.ts';
import { readSetting, WHOLE_NUMBER } from './settings.ts';
import { smsCountryProblems } from './smsCountries.ts';

/** A service as the Serverless CLI has read it, as far as settings go. */
export type Service = {
  /** What the name of each role begins with, as a text of `Fn::Sub`. */
  readonly custom: { readonly roleName: string };
  readonly provider: { environment?: Environment };
  readonly functions: Readonly<Record<string, { readonly handler: string; environment?: Environment }>>;
};

/** Variables of a function; what CloudFormation works out is an object. */
type Environment = Record<string, unknown>;

/** Bytes that the variables of a function may take, as JSON (Lambda's quota). */
const MAX_ENVIRONMENT_BYTES = 4_096;

/** Characters that the name of a role may have (IAM's quota). */
const MAX_ROLE_NAME = 64;

/**
 * What would keep a service from working once it is deployed, each in one line with the name of the setting and what to
 * set it to: what its functions end with at start, and what is for the deployment alone.
 *
 * Variables without a value are left out of the service.
 */
export const problemsOfService = async (service: Service, region: string): Promise<string[]> => {
  const { custom, provider, functions } = service;
  provider.environment = given(provider.environment);
  const starts = Object.entries(functions).map(([name, config]) => {
    config.environment = given(config.environment);
    const environment = { ...provider.environment, ...config.environment };
    const values = Object.entries(environment).map(([key, value]) => [key, asDeployed(value, region)]);
    return { name, handler: config.handler, environment: Object.fromEntries(values) as Record<string, string> };
  });
  const ofFunctions = await functionProblems(
    starts.map(({ environment, ...start }) => ({ ...start, environment: { ...environment, AWS_REGION: region } })),
  );
  return [
    ...ofFunctions,
    ...smsCountryProblems(process.env.SMS_COUNTRIES),
    ...environmentProblems(starts.map(({ environment }) => environment)),
    ...deploymentProblems(),
    ...stageProblems(custom.roleName.replace(`\${AWS::Region}`, region), Object.keys(functions)),
  ];
};

/** Key policies name the roles of functions, so that CloudFormation cannot make up shorter names. */
const stageProblems = (roleName: string, functions: readonly string[]): string[] => {
  const excess = Math.max(...functions.map((name) => `${roleName}-${name}`.length)) - MAX_ROLE_NAME;
  if (excess <= 0) return [];
  return [`Give the stage a name that is ${excess} characters shorter: names of roles take ${MAX_ROLE_NAME} in all`];
};

const given = (environment: Environment = {}): Environment =>
  Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== null && value !== ''));

/** A value as a function may find it: as long as it will be, with this region in it. */
const asDeployed = (value: unknown, region: string): string => {
  if (typeof value !== 'object' || value === null) return String(value);
  const [[name, operand] = []] = Object.entries(value);
  if (name === 'Fn::Sub') {
    const known: Readonly<Record<string, string>> = { 'AWS::Region': region, 'AWS::URLSuffix': 'amazonaws.com' };
    return String(operand).replace(/\$\{([^}]+)\}/g, (_, id: string) => known[id] ?? 'a1b2c3d4e5');
  }
  return `arn:aws:kms:${region}:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
};

const environmentProblems = (environments: readonly Readonly<Record<string, string>>[]): string[] => {
  const sizes = environments.map((environment) => Buffer.byteLength(JSON.stringify(environment)));
  const most = Math.max(0, ...sizes);
  if (most <= MAX_ENVIRONMENT_BYTES) return [];
  const largest = environments[sizes.indexOf(most)] ?? {};
  const [[name] = ['']] = Object.entries(largest).sort(([, one], [, other]) => other.length - one.length);
  const limit = `of ${most} bytes, and Lambda takes ${MAX_ENVIRONMENT_BYTES}`;
  return [`Set ${name} to something shorter: with it the settings are ${limit}`];
};

const ORIGIN = 'origins like https://app.example.com, separated by commas, or to *';

/** What is wrong with the settings that are for the deployment alone. */
export const deploymentProblems = (): string[] => {
  const email = readSetting('ALARM_EMAIL');
  const origins = [readSetting('CORS_ALLOWED_ORIGINS') ?? '*'].flat().map(String);
  const wrong = origins.find((origin) => !isOrigin(origin) && !(origin === '*' && origins.length === 1));
  return [
    ...(email === null || /^[^@\s]+@[^@\s]+$/.test(String(email)) ? [] : ['Set ALARM_EMAIL to an e-mail address']),
    ...['SMS_SPEND_ALARM', 'SMS_HOURLY_ALARM'].flatMap((name) =>
      WHOLE_NUMBER.test(String(readSetting(name) ?? 1)) ? [] : [`Set ${name} to a whole number of at least 1`],
    ),
    ...(/^(true|false)?$/.test(process.env.RESERVE_CONCURRENCY?.trim() ?? '')
      ? []
      : ['Set RESERVE_CONCURRENCY to true or false']),
    ...(wrong === undefined ? [] : [`Set CORS_ALLOWED_ORIGINS to ${ORIGIN}; not "${wrong}"`]),
  ];
};

const isOrigin = (text: string): boolean =>
  /^https?:$/.test(URL.parse(text)?.protocol ?? '') && URL.parse(text)?.origin === text;
