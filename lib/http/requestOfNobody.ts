import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { createRequestStats } from '../telemetry/requestStats.ts';
import type { CallContext } from './middleware.ts';

/** Somebody no token can speak for: an empty subject. The phone is one to be adopted, so that something is written. */
export const NOBODY = { kind: 'user', userId: '', claimedPhone: { phone: '+10000000000' } } as const;

/** A request as API Gateway hands it over, for the warm-up: it comes from nowhere, and holds nothing. */
export const eventOfNobody = (
  rawPath: string,
  headers: Readonly<Record<string, string>> = {},
): APIGatewayProxyEventV2 => ({
  version: '2.0',
  routeKey: '$default',
  rawPath,
  rawQueryString: '',
  headers,
  requestContext: {
    accountId: '',
    apiId: '',
    domainName: 'localhost',
    domainPrefix: '',
    http: { method: 'POST', path: rawPath, protocol: 'HTTP/1.1', sourceIp: '', userAgent: '' },
    requestId: '',
    routeKey: '$default',
    stage: '$default',
    time: '',
    timeEpoch: 0,
  },
  isBase64Encoded: false,
});

/** The context of such a request, with so many milliseconds left. */
export const contextOfNobody = (remainingMs: number): CallContext => ({
  callbackWaitsForEmptyEventLoop: true,
  functionName: '',
  functionVersion: '',
  invokedFunctionArn: '',
  memoryLimitInMB: '',
  awsRequestId: '',
  logGroupName: '',
  logStreamName: '',
  getRemainingTimeInMillis: () => remainingMs,
  done: () => {},
  fail: () => {},
  succeed: () => {},
  stats: createRequestStats(),
  admitted: { userId: '', caller: NOBODY, context: { editor: '' } },
});
