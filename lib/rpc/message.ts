import { type DescMessage, fromBinary } from '@bufbuild/protobuf';
import { encodeEnvelope } from '@connectrpc/connect/protocol';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { ApiError } from '../errors/errors.ts';
import { readJson } from '../http/jsonBody.ts';
import { bodyBytes, bodyText, fromUtf8 } from '../http/text.ts';
import { type Fields, readTexts } from '../operations/fields.ts';
import { grpcWebMessage } from './grpcWeb.ts';
import type { Protocol } from './protocol.ts';

/**
 * The body of a request as the protocol's library takes it, without its base64, and checked as over REST, so that what
 * is wrong with it has the same code and details.
 *
 * Throws BODY_TOO_LARGE, BODY_INVALID or FIELD_INVALID.
 */
export const readMessage = (
  event: APIGatewayProxyEventV2,
  protocol: Protocol,
  schema: DescMessage,
  fields: Fields,
): Uint8Array => {
  const message = protocol.json
    ? new TextEncoder().encode(JSON.stringify(readTexts(fields, readJson(jsonText(event, protocol)))))
    : sound(schema, protocol.web ? grpcWebMessage(event, protocol) : bodyBytes(event));
  return protocol.web ? encodeEnvelope(0, message) : message;
};

const jsonText = (event: APIGatewayProxyEventV2, protocol: Protocol): string =>
  protocol.web ? fromUtf8(grpcWebMessage(event, protocol)) : bodyText(event);

const sound = (schema: DescMessage, message: Uint8Array): Uint8Array => {
  try {
    fromBinary(schema, message);
    return message;
  } catch {
    throw new ApiError('BODY_INVALID');
  }
};
