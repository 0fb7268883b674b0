import { createContextValues } from '@connectrpc/connect';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { ApiError } from '../errors/errors.ts';
import { ownTimeMs } from '../http/deadline.ts';
import { errorToStatus } from '../http/errorToStatus.ts';
import { header } from '../http/headers.ts';
import type { CallContext } from '../http/middleware.ts';
import { requestLog } from '../http/requestLog.ts';
import { refusalHeaders } from '../http/response.ts';
import type { Publish } from '../telemetry/report.ts';
import { withRequestStats } from '../telemetry/requestStats.ts';
import { refusedBefore, toResult } from './answer.ts';
import { dropLongTimeouts } from './deadline.ts';
import { refuseGrpc } from './grpc.ts';
import { readMessage } from './message.ts';
import { CALL, type Call, type Method, refuse } from './methods.ts';
import { type Protocol, protocolOf } from './protocol.ts';

/** What the protocols have to say beside the message. */
const PROTOCOL_HEADERS = [
  'grpc-timeout',
  'grpc-encoding',
  'grpc-accept-encoding',
  'connect-timeout-ms',
  'connect-protocol-version',
  'content-encoding',
  'accept-encoding',
];

/** The Lambda handler of all operations as methods of RPC services, over gRPC-Web and Connect. */
export const createRpcHandler = (methods: ReadonlyMap<string, Method>, publish: Publish) => {
  const find = (event: APIGatewayProxyEventV2): Method | undefined => methods.get(pathOf(event));

  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Error, CallContext>()
    .use(requestLog((event) => find(event)?.operation.rpc ?? 'unknown', publish))
    .use(refuseGrpc())
    .use(errorToStatus())
    .handler(async (event, context) => {
      const call: Call = { event };
      const { stats } = context;
      const result = await withRequestStats(stats, () => answer(find(event), call, protocolOf(event), context));
      const { admitted, refusal } = call;
      if (admitted) stats.userId = admitted.userId;
      if (!refusal) return result;
      context.refusal = refusal;
      return { ...result, headers: { ...result.headers, ...refusalHeaders(refusal) } };
    });
};

/** `/package.Service/Method`, below whatever base path a domain has. */
const pathOf = (event: APIGatewayProxyEventV2 | null): string =>
  `/${(event?.rawPath ?? '').split('/').slice(-2).join('/')}`;

const answer = async (
  method: Method | undefined,
  call: Call,
  protocol: Protocol,
  context: Context,
): Promise<APIGatewayProxyStructuredResultV2> => {
  if (!method) return refusedBefore(refuse(call, new ApiError('METHOD_UNKNOWN')), protocol);
  const { handler, operation } = method;
  const ownMs = ownTimeMs(context);
  const headers = protocolHeaders(call.event, protocol);
  dropLongTimeouts(headers, ownMs);
  const response = await handler({
    httpVersion: '1.1',
    url: `https://${call.event.requestContext.domainName}${handler.requestPath}`,
    method: call.event.requestContext.http.method,
    header: headers,
    body: bodyOf(call, () => readMessage(call.event, protocol, handler.method.input, operation.fields)),
    signal: AbortSignal.timeout(ownMs),
    contextValues: createContextValues().set(CALL, call),
  });
  return toResult(response, protocol);
};

const protocolHeaders = (event: APIGatewayProxyEventV2, { contentType }: Protocol): Headers => {
  // None of these has another character, and `Headers` takes not all that an event may hold.
  const values = PROTOCOL_HEADERS.map((name) => [name, header(event, name)?.replace(/[^\x20-\x7e]/g, '?')] as const);
  const given = values.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as [string, string]]));
  return new Headers([...given, ['content-type', contentType]]);
};

/** The body, read when the library wants it: after the access token was verified. */
async function* bodyOf(call: Call, read: () => Uint8Array): AsyncGenerator<Uint8Array> {
  try {
    yield read();
  } catch (error) {
    throw refuse(call, error);
  }
}
