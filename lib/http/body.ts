import httpJsonBodyParser from '@middy/http-json-body-parser';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { DomainError } from '../errors/errors.ts';
import type { Fields } from '../operations/fields.ts';
import { grpcWebMessage, grpcWebOf } from '../rpc/grpcWeb.ts';
import { readStrings } from '../rpc/protobufStrings.ts';
import type { Before } from './middleware.ts';
import { isStrictJson } from './strictJson.ts';
import { bodyText, fromUtf8 } from './text.ts';

const parser = httpJsonBodyParser({ disableContentTypeCheck: true });

/**
 * Reads one JSON object; an empty text and `{}` are the same.
 *
 * Throws BODY_INVALID without a cause: the parser's own error carries the raw body.
 */
export const readJson = (text: string): Record<string, unknown> => {
  const event: { headers: object; body: unknown } = { headers: {}, body: text || '{}' };
  try {
    parser.before?.({ event } as never);
  } catch {
    throw new DomainError('BODY_INVALID');
  }
  const { body } = event;
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
  if (!isObject || !isStrictJson(text)) throw new DomainError('BODY_INVALID');
  return body as Record<string, unknown>;
};

/**
 * Reads the body: one JSON object, whatever the content type, or the message of a gRPC-Web frame, or none of either.
 *
 * Throws BODY_TOO_LARGE or BODY_INVALID.
 */
export const requestBody = (fields: Fields): { before: Before } => ({
  before({ event }) {
    Object.assign(event, { body: read(event, fields), isBase64Encoded: false });
  },
});

const read = (event: APIGatewayProxyEventV2, fields: Fields): Record<string, unknown> => {
  const grpcWeb = event.body ? grpcWebOf(event) : undefined;
  if (!grpcWeb) return readJson(bodyText(event));
  const message = grpcWebMessage(event, grpcWeb);
  return grpcWeb.json ? readJson(fromUtf8(message)) : readStrings(fields, message);
};
