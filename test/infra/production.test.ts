import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  FUNCTION_NAMES,
  type Package,
  PROD_SETTINGS,
  packageService,
  type Resource,
  SMS_SETTINGS,
  TOKEN_SETTINGS,
} from '../support/package.ts';
import { MAY } from '../support/roles.ts';
import { bareEnvironment } from '../support/spawn.ts';
import { problemsOf } from '../support/template.ts';
import { isMetric } from '../support/templateSchema.ts';
import { unzip } from '../support/unzip.ts';

const runbook = readFileSync(new URL('../../infra/operate.md', import.meta.url), 'utf8');

let service: Package;
beforeAll(async () => {
  service = await packageService('prod', PROD_SETTINGS);
}, 180_000);

const ofType = (type: string): Resource[] =>
  Object.values(service.template.Resources).filter(({ Type }) => Type === type);
const resource = (id: string): Resource => {
  const found = service.template.Resources[id];
  if (!found) throw new Error(`There is no ${id}`);
  return found;
};

describe('the stage prod', () => {
  it('is of the form that AWS publishes, whole, and grants no group of actions or resources without a reason', () => {
    expect(problemsOf(service.template)).toEqual([]);
  });

  it('keeps the logs of a year, and the table', () => {
    expect(new Set(ofType('AWS::Logs::LogGroup').map(({ Properties }) => Properties.RetentionInDays))).toEqual(
      new Set([365]),
    );
    expect(resource('Table')).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        TableName: 'otp-sms-factor-prod',
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      },
    });
  });

  it('names its metrics after the stage', () => {
    for (const { Properties } of ofType('AWS::Lambda::Function')) {
      expect(Properties.Environment).toMatchObject({
        Variables: { POWERTOOLS_SERVICE_NAME: 'otp-sms-factor-prod', POWERTOOLS_METRICS_NAMESPACE: 'otp-sms-factor' },
      });
    }
  });
});

type Metric = { readonly Namespace: string; readonly MetricName: string; readonly Dimensions?: { Name: string }[] };
type Alarm = Metric & { readonly Metrics?: { MetricStat?: { Metric: Metric } }[]; readonly Threshold: unknown };

/** The metrics that an alarm looks at, each with the names of its dimensions. */
const metricsOf = (alarm: Alarm): string[] => {
  const metrics = alarm.Metrics?.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []) ?? [alarm];
  return metrics.map(({ Namespace, MetricName, Dimensions = [] }) =>
    [Namespace, MetricName, ...Dimensions.map(({ Name }) => Name)].join(' '),
  );
};

const OWN = 'otp-sms-factor';

/** Every alarm: what it looks at, and its threshold. */
const ALARMS: Readonly<Record<string, readonly [metrics: readonly string[], threshold: unknown]>> = {
  'server-errors': [['AWS/ApiGateway 5xx ApiId', 'AWS/ApiGateway Count ApiId'], 1],
  faults: [[`${OWN} Faults service`], 1],
  'function-throttles': [['AWS/Lambda Throttles'], 1],
  'request-rate': [['AWS/ApiGateway Count ApiId'], 4800],
  'table-read-throttles': [['AWS/DynamoDB ReadThrottleEvents TableName'], 10],
  'table-write-throttles': [['AWS/DynamoDB WriteThrottleEvents TableName'], 10],
  latency: [['AWS/ApiGateway Latency ApiId', 'AWS/ApiGateway Latency ApiId'], 3000],
  'storage-latency': [[`${OWN} DynamoDbLatency service`, `${OWN} DynamoDbLatency service`], 250],
  conflicts: [[`${OWN} ConflictsRetried service`], 100],
  'sms-spend': [['AWS/SMSVoice TextMessageMonthlySpend'], 250],
  'sms-spend-limit': [[`${OWN} LimitsHit service limit`], 1],
  'sms-rate': [[`${OWN} CodesSent service`], 500],
  conversion: [[`${OWN} CodesSent service`, `${OWN} CodesChecked service`], 50],
  'country-budget-spent': [[`${OWN} LimitsHit service limit`], 1],
  'service-budget-spent': [[`${OWN} LimitsHit service limit`], 1],
  'login-country-budget-spent': [[`${OWN} LimitsHit service limit`], 1],
  'login-service-budget-spent': [[`${OWN} LimitsHit service limit`], 1],
  locks: [[`${OWN} FactorsLocked service`], 10],
  'events-failing': [['AWS/EventBridge/Pipes ExecutionFailed PipeName'], 1],
  'events-partly-failing': [['AWS/EventBridge/Pipes ExecutionPartiallyFailed PipeName'], 1],
  'events-lost': [['AWS/SQS ApproximateNumberOfMessagesVisible QueueName'], 1],
};

/** Published by AWS, though not in the specification that the tests have. */
const KNOWN_ELSEWHERE = [
  'AWS/EventBridge/Pipes ExecutionFailed',
  'AWS/EventBridge/Pipes ExecutionPartiallyFailed',
  'AWS/SMSVoice TextMessageMonthlySpend',
];

describe('the alarms', () => {
  const alarms = () =>
    ofType('AWS::CloudWatch::Alarm').map(({ Properties }) => Properties as Alarm & typeof Properties);

  it('are these', () => {
    const found = alarms().map((alarm) => [
      String(alarm.AlarmName).replace('otp-sms-factor-prod-', ''),
      [metricsOf(alarm), alarm.Threshold],
    ]);
    expect(Object.fromEntries(found)).toEqual(ALARMS);
  });

  it('look at metrics that there are', () => {
    const metrics = alarms()
      .flatMap(metricsOf)
      .map((metric) => metric.split(' ').slice(0, 2));
    const unknown = metrics.filter(([namespace = '', name = '']) => namespace !== OWN && !isMetric(namespace, name));
    expect(unknown.map((metric) => metric.join(' ')).sort()).toEqual(KNOWN_ELSEWHERE);
  });

  it('tell the one topic when they begin and end, and say what they mean', () => {
    for (const alarm of alarms()) {
      expect(alarm).toMatchObject({
        ActionsEnabled: true,
        AlarmActions: [{ Ref: 'AlarmTopic' }],
        OKActions: [{ Ref: 'AlarmTopic' }],
        AlarmDescription: expect.stringMatching(/^.{30,}$/),
        TreatMissingData: expect.stringMatching(/^(notBreaching|ignore)$/),
      });
    }
    expect(ofType('AWS::SNS::Topic')).toHaveLength(1);
  });

  it('reach the e-mail address, when there is one, through a key that they may use', () => {
    expect(resource('AlarmSubscription')).toMatchObject({
      Condition: 'HasAlarmEmail',
      Properties: { TopicArn: { Ref: 'AlarmTopic' }, Protocol: 'email', Endpoint: 'on-call@example.com' },
    });
    expect(resource('AlarmTopic').Properties.KmsMasterKeyId).toEqual({
      'Fn::If': ['AlarmsTell', { Ref: 'AlarmKey' }, { Ref: 'AWS::NoValue' }],
    });
    expect(service.template.Conditions.AlarmsTell).toEqual({ 'Fn::Equals': [true, true] });
    const alarmsOfThisAccount = {
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    };
    expect(resource('AlarmKey').Properties.KeyPolicy).toMatchObject({
      Statement: [{}, { ...alarmsOfThisAccount, Action: ['kms:Decrypt', 'kms:GenerateDataKey'] }],
    });
    expect(resource('AlarmTopicPolicy').Properties.PolicyDocument).toMatchObject({
      Statement: [{ ...alarmsOfThisAccount, Action: 'sns:Publish', Resource: { Ref: 'AlarmTopic' } }],
    });
  });

  it('compare metrics only where all of them are there: none fills in for one that was never published', () => {
    const expressions = alarms().flatMap(({ Metrics = [] }) =>
      (Metrics as { Expression?: string }[]).flatMap(({ Expression }) => Expression ?? []),
    );
    expect(expressions.filter((expression) => !/^IF\(\w+ >= \d+, .+, \d+\)$/.test(expression))).toEqual([]);
    expect(expressions.filter((expression) => /FILL|\+/.test(expression))).toEqual([]);
    expect(alarms().filter((alarm) => 'EvaluateLowSampleCountPercentile' in alarm)).toEqual([]);
  });

  it('each have their row in the runbook', () => {
    const rows = [...runbook.matchAll(/^\| (`[\w-]+`(?:, `[\w-]+`)*) \| [^|]{20,} \| [^|]{20,} \|$/gm)];
    const named = rows.flatMap(([, names = '']) => names.replaceAll('`', '').split(', '));
    expect(named.filter((name) => name in ALARMS || /-/.test(name)).sort()).toEqual(Object.keys(ALARMS).sort());
  });

  it('and the keys cost a month what the runbook says', () => {
    const metrics = alarms().flatMap(metricsOf).length;
    const keys = ofType('AWS::KMS::Key').length;
    expect(runbook).toContain(`| ${keys}.00 (${keys} keys) | ${keys - 1}.00 (${keys - 1} keys) |`);
    expect(runbook).toContain(`| ${(metrics * 0.1).toFixed(2)} (${metrics} metrics) |`);
  });

  it('are all on the dashboard, which is JSON', () => {
    const { 'Fn::Sub': text } = resource('Dashboard').Properties.DashboardBody as { 'Fn::Sub': string };
    const [first, ...others] = JSON.parse(text).widgets;
    const ids = Object.entries(service.template.Resources).flatMap(([id, { Type }]) =>
      Type === 'AWS::CloudWatch::Alarm' ? [`\${${id}.Arn}`] : [],
    );
    expect(first.properties.alarms.sort()).toEqual(ids.sort());
    for (const { properties } of others) expect(properties).toMatchObject({ region: `\${AWS::Region}` });
  });
});

describe('what a stage that is kept has beside', () => {
  it('is a pipe that runs and says why a delivery failed, without data', () => {
    const { DesiredState, LogConfiguration } = resource('EventPipe').Properties;
    expect(DesiredState).toBe('RUNNING');
    expect(LogConfiguration).toEqual({
      Level: 'ERROR',
      CloudwatchLogsLogDestination: { LogGroupArn: { 'Fn::GetAtt': ['EventPipeLogGroup', 'Arn'] } },
    });
    expect(resource('EventPipeLogGroup').Properties.RetentionInDays).toBe(365);
  });

  it.each(FUNCTION_NAMES)('is concurrency that %s can use up and no more, if it has a route', (name) => {
    const id = `${name.charAt(0).toUpperCase()}${name.slice(1)}LambdaFunction`;
    expect(resource(id).Properties.ReservedConcurrentExecutions).toBe(name === 'support' ? undefined : 20);
  });

  it('is a dashboard that does not overwrite that of another region', () => {
    expect(resource('Dashboard').Properties.DashboardName).toEqual({
      'Fn::Sub': `otp-sms-factor-prod-\${AWS::Region}`,
    });
  });
});

describe('the packages', () => {
  const FOREIGN = [
    'jose',
    'openid-configuration',
    'dynoxide',
    'sample-user',
    'The set-up of the tests',
    'sourceMappingURL',
  ];

  it('speak gRPC-Web and Connect in one function only', async () => {
    const speaking = FUNCTION_NAMES.map(async (name) => {
      const files = await unzip(join(service.folder, `${name}.zip`));
      return [...files.values()].some((code) =>
        ['missing input message', 'premature EOF'].some((word) => code.includes(word)),
      )
        ? [name]
        : [];
    });
    expect((await Promise.all(speaking)).flat()).toEqual(['rpc']);
  });

  it.each(FUNCTION_NAMES)(
    '%s holds the calls of other services that its role allows, no more and no less',
    async (name) => {
      const [code = Buffer.of()] = (await unzip(join(service.folder, `${name}.zip`))).values();
      const calls = ['GenerateMac', 'GetPublicKey', 'SendTextMessage', 'Sign'].filter((call) =>
        code.includes(`"${call}"`),
      );
      const allowed = MAY[name]?.flatMap(({ Action }) => Action).filter((action) => !action.startsWith('dynamodb:'));
      // The public key comes with the signer of checks, whose other half no other function may use.
      const unused =
        calls.includes('GetPublicKey') && !['checkOtpSms', 'checkUserOtpSms', 'rpc'].includes(name) ? ['Sign'] : [];
      expect(calls).toEqual([...(allowed ?? []).map((action) => action.split(':')[1]), ...unused].sort());
    },
  );

  it.each(FUNCTION_NAMES)('%s holds one file of production code that loads with its settings only', async (name) => {
    const files = await unzip(join(service.folder, `${name}.zip`));
    const path = `functions/${name}.cjs`;
    expect([...files.keys()]).toEqual([path]);
    const code = files.get(path) ?? Buffer.of();
    expect(FOREIGN.filter((word) => code.includes(word))).toEqual([]);

    const file = join(service.folder, name, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, code);
    const keys = { PROOF_ISSUER: 'https://api.example', CODE_KEY_ID: 'key', PROOF_KEY_ID: 'key' };
    const variables = { TABLE_NAME: 'table', ...TOKEN_SETTINGS, ...SMS_SETTINGS, ...keys };
    const { TOKEN_AUDIENCE: _, ...withoutAudience } = variables;
    const required = ['TABLE_NAME', 'TOKEN_ISSUER', 'DEFAULT_RESOURCE_OWNER'];
    const without = required.map((missing) => ({ ...variables, [missing]: '' }));
    const [loaded, audience, ...others] = await load(file, [variables, withoutAudience, ...without]);
    const isWarmedUp = !['jwks', 'support'].includes(name);
    expect(loaded).toBe(isWarmedUp ? 'handler: function,then: function' : 'handler: function');
    if (!isWarmedUp) return; // which looks at no token
    expect(audience).toMatch(/^Set TOKEN_AUDIENCE .* or TOKEN_CLIENT_ID /);
    expect(others).toEqual(required.map((missing) => expect.stringMatching(new RegExp(`^Set ${missing}: .+`))));
  });
});

/** Loads a CommonJS module in a plain Node under one environment after the other; what each time it exports, or says. */
const load = async (file: string, environments: readonly Record<string, string>[]): Promise<string[]> => {
  const script = `
    const [file, environments] = process.argv.slice(1);
    const bare = { ...process.env };
    const told = JSON.parse(environments).map((variables) => {
      process.env = { ...bare, ...variables };
      delete require.cache[file];
      try {
        return Object.entries(require(file)).map(([name, value]) => name + ': ' + typeof value).join();
      } catch (error) {
        return error.message;
      }
    });
    process.stdout.write(JSON.stringify(told), () => process.exit());`;
  const args = ['-e', script, file, JSON.stringify(environments)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: bareEnvironment() });
  return JSON.parse(stdout);
};
