import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as kms from '@aws-sdk/client-kms';
import * as sms from '@aws-sdk/client-pinpoint-sms-voice-v2';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DYNAMODB, endpointOf, KMS, SMS_VOICE } from '../../infra/bundle/functionClient/services.ts';
import { AUDIENCE } from '../../infra/local/issuer.ts';
import type { createKmsKey } from '../../lib/codes/kmsKey.ts';
import type { createAwsSender } from '../../lib/sms/aws.ts';
import { type Heard, type Reply, startAnyService } from '../support/anyService.ts';
import { bearer, httpEvent, lambdaContext } from '../support/api.ts';
import { bundle, deployedSettings, loadBundle } from '../support/bundle.ts';
import { expectedSignature, readSignature } from '../support/signature.ts';
import { createSigningKey } from '../support/tokens.ts';

const { endpoint, heard, replies } = await startAnyService();

const ISSUER = 'https://issuer.example';
const key = createSigningKey();
const CREDENTIALS = {
  AWS_ACCESS_KEY_ID: 'ASIAFUNCTION',
  AWS_SECRET_ACCESS_KEY: 'the-secret-of-the-role',
  AWS_SESSION_TOKEN: 'the-session',
  AWS_REGION: 'eu-north-1',
};
const FUNCTION = {
  TABLE_NAME: 'table',
  TOKEN_ISSUER: ISSUER,
  TOKEN_AUDIENCE: AUDIENCE,
  JWKS: JSON.stringify({ keys: [key.jwk] }),
  DEFAULT_RESOURCE_OWNER: 'owner',
};

const stub = (variables: Record<string, string | undefined>) => {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
};
beforeEach(() => {
  heard.length = 0;
  replies.length = 0;
  stub({ ...CREDENTIALS, ...FUNCTION, AWS_ENDPOINT_URL_DYNAMODB: undefined, AWS_ENDPOINT_URL: endpoint });
});
afterEach(() => vi.unstubAllEnvs());

const settings = await deployedSettings();
const addOtpSms = await bundle({ file: 'functions/addOtpSms.ts' }, settings);
const clients = await bundle(
  {
    code: `export { createKmsKey } from './codes/kmsKey.ts';
      export { createAwsSender } from './sms/aws.ts';
      export { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';`,
  },
  settings,
);

type Function = {
  handler(event: object, context: object): Promise<APIGatewayProxyStructuredResultV2>;
};
type Clients = Pick<typeof dynamodb, 'DynamoDBClient' | 'QueryCommand'> & {
  readonly createKmsKey: typeof createKmsKey;
  readonly createAwsSender: typeof createAwsSender;
};
const slim = (await loadBundle<Clients>(clients)).exports;
const SETTINGS = { maxAttempts: 1, requestHandler: { connectionTimeout: 1_000, requestTimeout: 1_000 } };

/** One call of a function that starts; its user is unknown, so it reads once and refuses. */
const enrol = async () => {
  const { handler } = (await loadBundle<Function>(addOtpSms)).exports;
  const headers = bearer(key.token(ISSUER));
  return handler(httpEvent('POST /users/me/auth_factors/otp_sms', { headers }), lambdaContext());
};
const REFUSED = { statusCode: 400 };

const expectSigned = ({ request, body }: Heard, service: string) => {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secret, AWS_REGION: region } = CREDENTIALS;
  const signature = readSignature(request);
  expect(signature).toMatchObject({ accessKeyId, region, service });
  expect(signature.signature).toBe(expectedSignature(request, body, secret));
  expect(request.headers['x-amz-security-token']).toBe(CREDENTIALS.AWS_SESSION_TOKEN);
};

describe('a deployed function', () => {
  it.each(['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_DYNAMODB'])(
    'signs with the credentials of its environment what it sends to %s',
    async (variable) => {
      stub({ AWS_ENDPOINT_URL: 'http://127.0.0.1:9', [variable]: endpoint });

      expect(await enrol()).toMatchObject(REFUSED);

      expect(heard.map(({ target }) => target)).toEqual(['Query']);
      for (const each of heard) expectSigned(each, 'dynamodb');
    },
  );

  it.each<[string, Reply]>([
    ['5xx', { status: 500, body: '{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError"}' }],
    [
      'throttling, an error without a class of its own',
      { status: 400, body: '{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"}' },
    ],
    ['no answer in time', 'silence'],
  ])('tries again after %s', async (_, reply) => {
    replies.push(reply);

    expect(await enrol()).toMatchObject(REFUSED);

    expect(heard.map(({ request }) => request.headers['amz-sdk-request'])).toEqual([
      'attempt=1; max=3',
      'attempt=2; max=3',
    ]);
  });

  it('calls nobody without credentials', async () => {
    stub({ AWS_ACCESS_KEY_ID: undefined });

    expect(await enrol()).toMatchObject({ statusCode: 500 });
    expect(heard).toEqual([]);
  });
});

describe('the clients of a deployed function', () => {
  it('ask KMS and send messages, signed in the same way', async () => {
    const sender = slim.createAwsSender({
      originationIdentity: 'pool',
      protectConfigurationId: null,
      configurationSetName: null,
      maxPrice: '0.1',
    });

    expect(await slim.createKmsKey('key').mac('message')).toHaveLength(44);
    await sender.send({ to: '+41791234567', body: 'body', timeToLive: 60 });

    expect(heard.map(({ target }) => target)).toEqual(['GenerateMac', 'SendTextMessage']);
    for (const [i, service] of ['kms', 'sms-voice'].entries()) expectSigned(heard[i] as Heard, service);
  });

  it('know why a message was refused', async () => {
    replies.push({ status: 400, body: '{"__type":"ConflictException","Reason":"DESTINATION_PHONE_NUMBER_OPTED_OUT"}' });
    const settings = { originationIdentity: 'pool', protectConfigurationId: null, configurationSetName: null };

    const sending = slim
      .createAwsSender({ ...settings, maxPrice: '0.1' })
      .send({ to: '+1', body: 'body', timeToLive: 60 });

    await expect(sending).rejects.toMatchObject({ reason: 'SMS_OPTED_OUT' });
  });

  const CASES = [
    ['DynamoDB', DYNAMODB, dynamodb.DynamoDBClient],
    ['KMS', KMS, kms.KMSClient],
    ['End User Messaging', SMS_VOICE, sms.PinpointSMSVoiceV2Client],
  ] as const;
  const REGIONS = {
    aws: 'eu-central-1',
    'aws, the oldest': 'us-east-1',
    'aws-cn': 'cn-north-1',
    'aws-us-gov': 'us-gov-west-1',
    'aws-iso': 'us-iso-east-1',
    'aws-iso-b': 'us-isob-east-1',
    'aws-iso-e': 'eu-isoe-west-1',
    'aws-iso-f': 'us-isof-south-1',
    'aws-eusc': 'eusc-de-east-1',
  };

  it.each(CASES)('find %s where the whole SDK finds it, in every partition', (_, service, Whole) => {
    stub({ AWS_ENDPOINT_URL: undefined });
    for (const Region of Object.values(REGIONS)) {
      const { endpointProvider } = new Whole({ region: Region }).config;
      const whole = (endpointProvider as (of: object) => { url: URL })({ Region, UseFIPS: false, UseDualStack: false });
      expect(endpointOf(service, Region).href).toBe(whole.url.href);
    }
  });
});

describe('what was left out', () => {
  it.each([
    ['AWS_RETRY_MODE', 'adaptive'],
    ['AWS_USE_FIPS_ENDPOINT', 'true'],
    ['AWS_USE_DUALSTACK_ENDPOINT', 'true'],
    ['AWS_ACCOUNT_ID_ENDPOINT_MODE', 'required'],
    ['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS', 'true'],
  ])('says so when %s=%s asks for it', async (variable, value) => {
    stub({ [variable]: value });

    const query = new slim.DynamoDBClient(SETTINGS).send(new slim.QueryCommand({ TableName: 'table' }));

    await expect(query).rejects.toThrow(`${variable}=${value} is left out of this bundle`);
    expect(heard).toEqual([]);
  });

  it('says so when a client is given a setting that it does not follow', () => {
    expect(() => new slim.DynamoDBClient({ ...SETTINGS, useFipsEndpoint: true, endpoint })).toThrow(
      'Settings of clients are left out of this bundle: useFipsEndpoint, endpoint',
    );
  });

  it('says so when a client is given a middleware at a step that it does not have', () => {
    const { middlewareStack } = new slim.DynamoDBClient(SETTINGS);
    expect(() => middlewareStack.add((next) => next, { step: 'build' })).toThrow(
      'Middlewares of the step build are left out of this bundle',
    );
  });

  it('says so when a function calls what nobody has looked at', async () => {
    const code = `export { DescribeTableCommand } from '@aws-sdk/client-dynamodb';`;
    const { DescribeTableCommand } = (await loadBundle<typeof dynamodb>(await bundle({ code }, settings))).exports;
    expect(() => new DescribeTableCommand({ TableName: 'table' })).toThrow(
      'DescribeTableCommand is left out of this bundle',
    );
  });

  it('fails the build of what imports it', async () => {
    const code = `import { ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
      export const isMissing = (error: unknown) => error instanceof ResourceNotFoundException;`;
    await expect(bundle({ code }, settings)).rejects.toThrow('No matching export');
  });
});
