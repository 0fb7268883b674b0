import { beforeAll, describe, expect, it } from 'vitest';
import { EVERY_OPERATION } from '../support/operations.ts';
import {
  FUNCTION_NAMES,
  type Package,
  packageService,
  type Resource,
  ROUTES,
  TOKEN_SETTINGS,
} from '../support/package.ts';
import {
  ADOPTS,
  allow,
  arnOf,
  grantsOf,
  MAY,
  READS_FORMER_PROOF_KEY,
  type Statement,
  TRACES,
} from '../support/roles.ts';
import { problemsOf } from '../support/template.ts';

/** Of this API, known when CloudFormation makes it. */
const API_URL = { 'Fn::Sub': `https://\${HttpApi}.execute-api.\${AWS::Region}.\${AWS::URLSuffix}` };

let service: Package;
beforeAll(async () => {
  service = await packageService('dev');
}, 180_000);

const ofType = (type: string): [string, Resource][] =>
  Object.entries(service.template.Resources).filter(([, { Type }]) => Type === type);
const only = (type: string): Resource => {
  const [found, ...others] = ofType(type);
  if (!found || others.length > 0) throw new Error(`Not exactly one ${type}`);
  return found[1];
};
const logicalId = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
const resource = (id: string): Resource => {
  const found = service.template.Resources[id];
  if (!found) throw new Error(`There is no ${id}`);
  return found;
};

describe('the functions', () => {
  it('are the operations, each under its route of the one HTTP API, one each for RPC and the key set, one without a route', () => {
    expect(FUNCTION_NAMES).toHaveLength(Object.keys(EVERY_OPERATION).length + 3);
    expect(only('AWS::ApiGatewayV2::Api').Properties).toMatchObject({ ProtocolType: 'HTTP' });
    const routes = ofType('AWS::ApiGatewayV2::Route').map(([, { Properties }]) => {
      const target = JSON.stringify(Properties.Target);
      const integration = resource(/HttpApiIntegration\w+/.exec(target)?.[0] ?? '');
      expect(integration.Properties).toMatchObject({ IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' });
      const lambda = resource(
        /\w+LambdaFunction/.exec(JSON.stringify(integration.Properties.IntegrationUri))?.[0] ?? '',
      );
      return [/^functions\/(\w+)\.handler$/.exec(String(lambda.Properties.Handler))?.[1], Properties.RouteKey];
    });
    expect(routes.sort()).toEqual(
      Object.entries(ROUTES)
        .flatMap(([name, keys]) => keys.map((key) => [name, key]))
        .sort(),
    );
    expect(ofType('AWS::Lambda::Function').map(([id]) => id)).toHaveLength(FUNCTION_NAMES.length);
  });

  it.each(FUNCTION_NAMES)('%s runs on Node 24 on arm64 with its own limits, log, traces and settings', (name) => {
    const { Properties } = resource(`${logicalId(name)}LambdaFunction`);
    expect(Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Timeout: 10,
      MemorySize: 512,
      FunctionName: `otp-sms-factor-dev-${name}`,
      TracingConfig: { Mode: 'Active' },
      Environment: { Variables: { TABLE_NAME: 'otp-sms-factor-dev', ...TOKEN_SETTINGS, PROOF_ISSUER: API_URL } },
    });
    expect(resource(`${logicalId(name)}LogGroup`)).toMatchObject({
      Type: 'AWS::Logs::LogGroup',
      Properties: { LogGroupName: `/aws/lambda/otp-sms-factor-dev-${name}`, RetentionInDays: 30 },
    });
  });
});

describe('the roles', () => {
  const grants = (name: string) => {
    const role = `${logicalId(name)}Role`;
    expect(resource(`${logicalId(name)}LambdaFunction`).Properties.Role).toEqual(arnOf(role));
    const { Policies, ...others } = resource(role).Properties;
    expect(Object.keys(others).sort()).toEqual(['AssumeRolePolicyDocument', 'RoleName']);
    expect(others.RoleName).toEqual({ 'Fn::Sub': `otp-sms-factor-dev-\${AWS::Region}-${name}` });
    return grantsOf(Policies as Parameters<typeof grantsOf>[0]);
  };

  it.each(FUNCTION_NAMES)('%s may write its own log and traces and do exactly what it does, nothing else', (name) => {
    const log = allow(['logs:CreateLogStream', 'logs:PutLogEvents'], arnOf(`${logicalId(name)}LogGroup`));
    expect(grants(name).always).toEqual([log, TRACES, ...(MAY[name] ?? ['nothing is known of it'])]);
  });

  it('let readers write where the phones in tokens are trusted, and the former key be read after a rotation', () => {
    const conditional = FUNCTION_NAMES.flatMap((name) => grants(name).where.map((grant) => ({ name, ...grant })));
    const adopting = { condition: 'TrustsPhoneClaims', statements: [ADOPTS] };
    const rotated = { condition: 'ProofKeyRotated', statements: [READS_FORMER_PROOF_KEY] };
    const readers = ['getPhone', 'listAuthFactors', 'getUserOtpSms', 'listUserMethods', 'listUserFactors'].map(
      (name) => ({
        name,
        ...adopting,
      }),
    );
    const verifiers = FUNCTION_NAMES.filter(
      (name) => !/^check\w*OtpSms$/.test(name) && MAY[name]?.some(({ Action }) => Action.includes('kms:GetPublicKey')),
    ).map((name) => ({ name, ...rotated }));
    expect(conditional).toHaveLength(readers.length + verifiers.length);
    expect(conditional).toEqual(expect.arrayContaining([...readers, ...verifiers]));
    expect(service.template.Conditions.ProofKeyRotated).toEqual({ 'Fn::Not': [{ 'Fn::Equals': ['', ''] }] });
    expect(service.template.Conditions.TrustsPhoneClaims).toEqual({ 'Fn::Equals': ['', 'true'] });
  });

  it("let the pipe read the table's stream, write to the bus, set aside and log, nothing else", () => {
    expect(resource('EventPipeRole').Properties).toMatchObject({
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Principal: { Service: 'pipes.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          },
        ],
      },
      Policies: [
        {
          PolicyDocument: {
            Statement: [
              allow(
                ['DescribeStream', 'GetRecords', 'GetShardIterator'].map((name) => `dynamodb:${name}`),
                { 'Fn::GetAtt': ['Table', 'StreamArn'] },
              ),
              allow(['events:PutEvents'], arnOf('EventBus')),
              allow(['sqs:SendMessage'], arnOf('LostEvents')),
              allow(['logs:CreateLogStream', 'logs:PutLogEvents'], arnOf('EventPipeLogGroup')),
            ],
          },
        },
      ],
    });
  });

  it('are one per function and one of the pipe', () => {
    const roles = ofType('AWS::IAM::Role').map(([id]) => id);
    expect(roles.sort()).toEqual(['EventPipeRole', ...FUNCTION_NAMES.map((name) => `${logicalId(name)}Role`)].sort());
  });
});

describe('the keys', () => {
  type Grant = Statement & { readonly Condition?: unknown };
  const grantsIn = (key: string) =>
    (resource(key).Properties.KeyPolicy as { readonly Statement: readonly Grant[] }).Statement;

  it.each([
    ['CodeKey', 'kms:GenerateMac'],
    ['ProofKey', 'kms:Sign'],
  ])('%s lets those roles use it that do, and nobody else in the account', (key, action) => {
    const users = FUNCTION_NAMES.filter((name) => MAY[name]?.some(({ Action }) => Action.includes(action)));
    const roles = users.map((name) => ({
      'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/otp-sms-factor-dev-\${AWS::Region}-${name}`,
    }));
    const [, use, ...others] = grantsIn(key);
    expect(others).toEqual([]);
    expect(use).toMatchObject({
      Action: [action],
      Condition: { ArnEquals: { 'aws:PrincipalArn': expect.arrayContaining(roles) } },
    });
    const { Condition } = use as { Condition: { ArnEquals: { 'aws:PrincipalArn': unknown[] } } };
    expect(Condition.ArnEquals['aws:PrincipalArn']).toHaveLength(roles.length);
  });

  it.each(['CodeKey', 'ProofKey'])('%s can be looked after by the account, and not be used or given away', (key) => {
    const [administration] = grantsIn(key);
    expect(administration?.Action).toEqual(
      expect.arrayContaining(['kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion', 'kms:DescribeKey', 'kms:GetPublicKey']),
    );
    const using =
      /\*|Mac$|Sign$|Verify|Encrypt|Decrypt|GenerateDataKey|DeriveSharedSecret|CreateGrant|Replicate|Import/;
    expect(administration?.Action.filter((action) => using.test(action))).toEqual([]);
  });
});

describe('the template', () => {
  it('is of the form that AWS publishes, whole, and grants no group of actions or resources without a reason', () => {
    expect(problemsOf(service.template)).toEqual([]);
  });
});

describe('the table', () => {
  it('goes with its stage, recoverable and paid by the request, and encrypted under a key that AWS owns', () => {
    expect(only('AWS::DynamoDB::Table').Properties).not.toHaveProperty('SSESpecification');
    expect(only('AWS::DynamoDB::Table')).toMatchObject({
      DeletionPolicy: 'Delete',
      UpdateReplacePolicy: 'Delete',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
        StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        DeletionProtectionEnabled: false,
      },
    });
  });
});

describe('what only a stage that is kept pays for', () => {
  it('is not there in others: a pipe that polls, a key of alarms, reserved concurrency', () => {
    expect(only('AWS::Pipes::Pipe').Properties.DesiredState).toBe('STOPPED');
    expect(service.template.Conditions).toMatchObject({
      AlarmsTell: { 'Fn::Equals': [false, true] },
    });
    expect(resource('AlarmKey').Condition).toBe('AlarmsTell');
    for (const [, { Properties }] of ofType('AWS::Lambda::Function')) {
      expect([undefined, { Ref: 'AWS::NoValue' }]).toContainEqual(Properties.ReservedConcurrentExecutions);
    }
  });
});

describe('the API', () => {
  it('is throttled as a whole and open to browsers', () => {
    expect(only('AWS::ApiGatewayV2::Stage').Properties).toMatchObject({
      StageName: '$default',
      DefaultRouteSettings: { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200, DetailedMetricsEnabled: false },
    });
    expect(only('AWS::ApiGatewayV2::Api').Properties.CorsConfiguration).toMatchObject({
      AllowOrigins: ['*'],
      AllowHeaders: expect.arrayContaining([
        'Authorization',
        'Content-Type',
        'X-Zitadel-Orgid',
        'X-Grpc-Web',
        'X-User-Agent',
        'Grpc-Timeout',
        'Connect-Protocol-Version',
      ]),
      AllowMethods: expect.arrayContaining([
        ...new Set(Object.values(ROUTES).flatMap((routes) => routes.map((route) => route.split(' ')[0]))),
      ]),
      ExposeHeaders: expect.arrayContaining([
        'Date',
        'Retry-After',
        'WWW-Authenticate',
        'Grpc-Status',
        'Grpc-Message',
        'Grpc-Status-Details-Bin',
      ]),
    });
  });
});
