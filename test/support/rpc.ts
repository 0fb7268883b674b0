import { type UniversalClientFn, universalClientResponseFromFetch } from '@connectrpc/connect/protocol';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Config } from '../../lib/config/config.ts';
import { httpEvent, lambdaContext } from './api.ts';
import { createRpcFunction } from './functions.ts';

/** Where the services seem to be. */
export const BASE_URL = 'https://test';

/** An event of the RPC function. */
export const rpcEvent = (
  path: string,
  headers: Record<string, string>,
  body: Uint8Array | string = '',
): APIGatewayProxyEventV2 => {
  const event = httpEvent('POST ', {
    headers,
    body: typeof body === 'string' ? body : Buffer.from(body).toString('base64'),
    isBase64Encoded: typeof body !== 'string',
  });
  event.requestContext.http.path = path;
  return { ...event, rawPath: path };
};

/** Calls the RPC function by HTTP events; the answer is as API Gateway passes it on. */
export const rpcOf = (config: Config) => {
  const { handler } = createRpcFunction(config);
  return async (event: APIGatewayProxyEventV2, context: object = lambdaContext()): Promise<Response> => {
    const result = (await handler(event, context as never)) as APIGatewayProxyStructuredResultV2;
    const { statusCode = 200, headers = {}, body = '', isBase64Encoded = false } = result;
    return new Response(isBase64Encoded ? Buffer.from(body, 'base64') : body, {
      status: statusCode,
      headers: headers as Record<string, string>,
    });
  };
};

/** A client of the protocols' library, from whose requests API Gateway makes the events. */
export const httpClientOf =
  (rpc: ReturnType<typeof rpcOf>): UniversalClientFn =>
  async ({ url, header, body = [] }) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    const event = rpcEvent(new URL(url).pathname, Object.fromEntries(header), Buffer.concat(chunks));
    return universalClientResponseFromFetch(await rpc(event));
  };

/** A gRPC-Web frame: flags, length, content; `length` may lie. */
export const frame = (content: Uint8Array | string, flags = 0, length = Buffer.from(content).length): Buffer => {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt8(flags);
  prefix.writeUInt32BE(length, 1);
  return Buffer.concat([prefix, Buffer.from(content)]);
};
