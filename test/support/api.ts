import { randomBytes, randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { afterAll } from 'vitest';
import { createInbox } from '../../infra/local/inbox.ts';
import { createIssuer, type Issuer } from '../../infra/local/issuer.ts';
import { freePort, LOOPBACK } from '../../infra/local/ports.ts';
import { serveDevelopment } from '../../infra/local/server.ts';
import { createUsers, DEFAULT_OWNER } from '../../infra/local/users.ts';
import { readConfig } from '../../lib/config/config.ts';
import type { Operation } from '../../lib/operations/operation.ts';
import { bodyWithChallengeId, keepChallengeId } from './challengeIds.ts';
import { fromSetup } from './environment.ts';
import { createFunction } from './functions.ts';
import { routeOf } from './operations.ts';

/** The users of the tests' table. */
export const users = createUsers(fromSetup('TABLE_NAME'));

/** The phones of the test file's users. */
export const inbox = createInbox();

/** The key that codes are hashed with. */
export const CODE_KEY = randomBytes(32).toString('base64');

/** A user id that no other test has. */
export const someone = (): string => `user-${randomUUID()}`;

// A client finds its endpoint at its first call. This one is shared by test files, some of which name another for their own.
await users.events(someone());

/** Has the functions of the test file call DynamoDB at another endpoint. */
export const callFunctionsAt = (endpoint: string): void => {
  process.env.AWS_ENDPOINT_URL_DYNAMODB = endpoint;
};

/** An issuer whose keys are served on a real socket until the test file ends. */
export const startIssuer = async (): Promise<Issuer> => {
  const port = await freePort();
  const issuer = await createIssuer(`http://${LOOPBACK}:${port}`);
  const server = await serveDevelopment({ issuer, users, inbox }, port);
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });
  return issuer;
};

/** The configuration of a function that trusts the issuer; further variables win. */
export const configFor = (issuer: Issuer, env: Record<string, string> = {}) =>
  readConfig({
    TABLE_NAME: fromSetup('TABLE_NAME'),
    TOKEN_ISSUER: issuer.url,
    TOKEN_AUDIENCE: issuer.audience,
    DEFAULT_RESOURCE_OWNER: DEFAULT_OWNER,
    CODE_KEY,
    SMS_INBOX_URL: `${issuer.url}/messages`,
    SMS_ORIGIN_HOST: 'example.com',
    SMS_COUNTRIES: 'all',
    SMS_BUDGET_ADDRESS: '1000000',
    SMS_BUDGET_COUNTRY: '1000000',
    SMS_BUDGET_COUNTRY_DAY: '1000000',
    SMS_BUDGET_SERVICE: '1000000',
    SMS_BUDGET_SERVICE_DAY: '1000000',
    SMS_BUDGET_LOGIN_COUNTRY: '1000000',
    SMS_BUDGET_LOGIN_COUNTRY_DAY: '1000000',
    SMS_BUDGET_LOGIN_SERVICE: '1000000',
    SMS_BUDGET_LOGIN_SERVICE_DAY: '1000000',
    RESEND_WAIT_SECONDS: '1',
    STEP_UP: 'off',
    PROOF_ISSUER: '',
    ...env,
  });

/** What a request is made of; everything else of the event is as API Gateway makes it. */
export type Request = {
  readonly headers?: Record<string, string>;
  readonly body?: string | undefined;
  readonly isBase64Encoded?: boolean;
  readonly sourceIp?: string;
  readonly query?: Record<string, string>;
  /** Of a path that names a user. */
  readonly userId?: string;
};

/** An API Gateway event, payload format 2.0. */
export const httpEvent = (
  http: string,
  { headers = {}, body, isBase64Encoded = false, sourceIp = '203.0.113.7', query, userId }: Request,
): APIGatewayProxyEventV2 => {
  const routeKey = routeOf({ http: http as Operation['http'] });
  const [method = '', template = ''] = routeKey.split(' ');
  const path = template.replace('{user_id}', userId ?? '');
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    ...(query && { queryStringParameters: query }),
    ...(userId !== undefined && { pathParameters: { user_id: userId } }),
    rawQueryString: '',
    headers,
    requestContext: {
      accountId: '000000000000',
      apiId: 'test',
      domainName: 'test',
      domainPrefix: 'test',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp, userAgent: 'test' },
      requestId: randomUUID(),
      routeKey,
      stage: '$default',
      time: '13/Jun/2024:06:44:35 +0000',
      timeEpoch: 1718261075484,
    },
    ...(body !== undefined && { body }),
    isBase64Encoded,
  };
};

/** A body of this API as far as the tests look into it. */
export type JsonBody = {
  readonly code?: number;
  readonly message?: string;
  readonly details?: Record<string, unknown> & readonly Record<string, unknown>[];
  readonly [field: string]: unknown;
};

/** An answer, its body read. */
export type Answer = { readonly status: number; readonly headers: Record<string, unknown>; readonly body: JsonBody };

/** The Lambda context of a call; `remaining` is the function's time in milliseconds. */
export const lambdaContext = (remaining = 10_000) => {
  const end = performance.now() + remaining;
  return { awsRequestId: randomUUID(), getRemainingTimeInMillis: () => end - performance.now() };
};

/**
 * Calls an operation by HTTP events, as API Gateway does; returns the answer with its body read. A check takes the id
 * of its user's latest challenge along, unless it names one.
 */
export const apiOf = (operation: Operation, config: ReturnType<typeof readConfig>, create = createFunction) => {
  const { handler } = create(operation, config);
  return async (request: Request = {}, context: object = lambdaContext()): Promise<Answer> => {
    const result = (await handler(
      httpEvent(operation.http, operation.rpc === 'CheckMyOTPSMS' ? ofChallenge(request) : request),
      context as never,
    )) as APIGatewayProxyStructuredResultV2;
    const body = JSON.parse(result.body ?? 'null');
    keepChallengeId(request.headers ?? {}, body);
    return { status: result.statusCode ?? 0, headers: result.headers ?? {}, body };
  };
};

const ofChallenge = (request: Request): Request =>
  request.body === undefined ? request : { ...request, body: bodyWithChallengeId(request.headers ?? {}, request.body) };

/** The header of a caller. */
export const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
