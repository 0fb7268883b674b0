import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { ApiError } from '../errors/errors.ts';
import type { Fields } from '../operations/fields.ts';
import { grpcWebMessage, grpcWebOf } from '../rpc/grpcWeb.ts';
import { readFields } from '../rpc/protobufFields.ts';
import type { Middleware } from './middleware.ts';
import { isStrictJson } from './strictJson.ts';
import { bodyText, fromUtf8 } from './text.ts';

/**
 * Brings the body to JSON text, for the parser that comes after it: whatever its content type; a message in a gRPC-Web
 * frame as well; no body and an empty one are `{}`.
 *
 * Throws BODY_TOO_LARGE, or BODY_INVALID for what is not sound JSON. The parser's own error is answered as BODY_INVALID
 * too, without its cause, which carries the raw body.
 */
export const jsonText = (fields: Fields): Middleware => ({
  before({ event }) {
    const text = textOf(event, fields) || '{}';
    if (!isStrictJson(text)) throw new ApiError('BODY_INVALID');
    Object.assign(event, { body: text, isBase64Encoded: false });
  },
  onError(request) {
    const { cause } = request.error ?? {};
    const isParsers = (cause as { readonly package?: string } | undefined)?.package === '@middy/http-json-body-parser';
    if (isParsers) request.error = new ApiError('BODY_INVALID');
  },
});

const textOf = (event: APIGatewayProxyEventV2, fields: Fields): string => {
  const grpcWeb = event.body ? grpcWebOf(event) : undefined;
  if (!grpcWeb) return bodyText(event);
  const message = grpcWebMessage(event, grpcWeb);
  return grpcWeb.json ? fromUtf8(message) : JSON.stringify(readFields(fields, message));
};

/** A parsed body as the one object that it must be. Throws BODY_INVALID. */
export const jsonObject = (body: unknown): Record<string, unknown> => {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new ApiError('BODY_INVALID');
  return body as Record<string, unknown>;
};

/** Reads JSON text that holds one object; an empty text is `{}`. Throws BODY_INVALID. */
export const readJson = (text: string): Record<string, unknown> => {
  if (text === '') return {};
  if (!isStrictJson(text)) throw new ApiError('BODY_INVALID');
  try {
    return jsonObject(JSON.parse(text));
  } catch {
    throw new ApiError('BODY_INVALID');
  }
};
