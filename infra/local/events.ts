import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { addOtpSms } from '../../lib/operations/addOtpSms.ts';
import { SAMPLE } from './stack.ts';

type FunctionConfig = { readonly events?: readonly { readonly httpApi: string }[] };

const FUNCTIONS = parse(readFileSync(new URL('../functions.yml', import.meta.url), 'utf8'), {
  merge: true,
}) as Readonly<Record<string, FunctionConfig>>;

/** What stands in a path for its parameters. */
const PARAMETERS: Readonly<Record<string, string>> = { user_id: SAMPLE.sub, method: addOtpSms.rpc };

/** The names of the functions. */
export const FUNCTION_NAMES: readonly string[] = Object.keys(FUNCTIONS);

/**
 * The event by which API Gateway invokes a function with the sample user's token: payload format 2.0, by the first route
 * that the function has. What has no route gets the body as its event.
 */
export const sampleEvent = (name: string, token: string, body: string): unknown => {
  const routeKey = FUNCTIONS[name]?.events?.[0]?.httpApi;
  if (routeKey === undefined) return JSON.parse(body);
  const [method = '', template = ''] = routeKey.split(' ');
  const path = template.replace(/\{(\w+)\}/g, (_, parameter: string) => PARAMETERS[parameter] ?? '');
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: '',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    pathParameters: PARAMETERS,
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: 'local',
      domainPrefix: 'local',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'invoke-local' },
      requestId: 'local',
      routeKey,
      stage: '$default',
      time: '13/Jun/2024:06:44:35 +0000',
      timeEpoch: 1_718_261_075_484,
    },
    body,
    isBase64Encoded: false,
  };
};
