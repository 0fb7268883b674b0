import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { ApiError } from '../errors/errors.ts';
import { toStatus } from '../errors/status.ts';
import { header } from '../http/headers.ts';
import type { Middleware } from '../http/middleware.ts';
import { grpcWebOf } from './grpcWeb.ts';

const CONTENT_TYPE = 'application/grpc';

const isGrpc = (event: APIGatewayProxyEventV2): boolean =>
  Boolean(header(event, 'content-type')?.toLowerCase().startsWith(CONTENT_TYPE)) && !grpcWebOf(event);

/**
 * Refuses gRPC proper: its status stands in trailers of HTTP/2, and API Gateway carries none. Says so in the headers
 * (grpc/doc/PROTOCOL-HTTP2.md, Trailers-Only), where such a client looks. Registered before `errorToStatus`, to have the
 * last word.
 */
export const refuseGrpc = (): Middleware => ({
  before({ event }) {
    if (isGrpc(event)) throw new ApiError('GRPC_UNSUPPORTED');
  },
  onError(request) {
    const { error } = request;
    if (!(error instanceof ApiError && error.reason === 'GRPC_UNSUPPORTED')) return;
    const { code, message } = toStatus(error);
    request.response = {
      statusCode: 200,
      headers: {
        'content-type': CONTENT_TYPE,
        'cache-control': 'no-store',
        'grpc-status': String(code),
        'grpc-message': message,
      },
    };
  },
});
