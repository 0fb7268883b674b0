import type { ConnectError } from '@connectrpc/connect';
import type { UniversalServerResponse } from '@connectrpc/connect/protocol';
import { codeToHttpStatus, errorToJson } from '@connectrpc/connect/protocol-connect';
import { setTrailerStatus } from '@connectrpc/connect/protocol-grpc';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Protocol } from './protocol.ts';

/** What the protocols' library answered as API Gateway takes it: bytes as base64, JSON and base64 as text. */
export const toResult = async (
  { status, header, body }: UniversalServerResponse,
  { text }: Protocol,
): Promise<APIGatewayProxyStructuredResultV2> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body ?? []) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const headers = headersOf(header);
  const contentType = headers['content-type'] ?? '';
  if (contentType === 'application/json') return { statusCode: status, headers, body: bytes.toString() };
  if (text) headers['content-type'] = contentType.replace('grpc-web', 'grpc-web-text');
  return { statusCode: status, headers, body: bytes.toString('base64'), isBase64Encoded: !text };
};

/** An error before any method's handler: with its status in the headers, where gRPC-Web has them without a message. */
export const refusedBefore = (
  error: ConnectError,
  { web, contentType }: Protocol,
): APIGatewayProxyStructuredResultV2 =>
  web
    ? { statusCode: 200, headers: headersOf(setTrailerStatus(new Headers({ 'content-type': contentType }), error)) }
    : {
        statusCode: codeToHttpStatus(error.code),
        headers: headersOf(new Headers({ 'content-type': 'application/json' })),
        body: JSON.stringify(errorToJson(error, undefined)),
      };

const headersOf = (header: Headers | undefined): Record<string, string> => ({
  ...Object.fromEntries(header ?? []),
  'cache-control': 'no-store',
});
