import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { ApiError } from '../errors/errors.ts';
import { header } from './headers.ts';

/** Characters of the largest body that is read: no request of this service comes near. */
const MAX_LENGTH = 16_384;

/** RFC 4648, section 4: whole groups of four, the last one padded. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** `ignoreBOM` keeps a byte order mark in the text, where it is no JSON (RFC 8259, section 8.1). */
const UTF8_DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const UTF8 = /^(utf-?8|us-ascii)$/i;

type WithBody = Pick<APIGatewayProxyEventV2, 'body' | 'isBase64Encoded' | 'headers'>;

/** The bytes that base64 stands for. Throws BODY_INVALID. */
export const fromBase64 = (text: string): Buffer => {
  if (!BASE64.test(text)) throw new ApiError('BODY_INVALID');
  return Buffer.from(text, 'base64');
};

/** Bytes as text. Throws BODY_INVALID when they are not UTF-8. */
export const fromUtf8 = (bytes: Uint8Array): string => {
  try {
    return UTF8_DECODER.decode(bytes);
  } catch {
    throw new ApiError('BODY_INVALID');
  }
};

/** A body as the platform hands it over. Throws BODY_TOO_LARGE. */
const rawBody = (event: WithBody): string => {
  const body = event.body ?? '';
  if (body.length > MAX_LENGTH) throw new ApiError('BODY_TOO_LARGE');
  return body;
};

/** The bytes of a request's body. Throws BODY_TOO_LARGE or BODY_INVALID. */
export const bodyBytes = (event: WithBody): Buffer => {
  const body = rawBody(event);
  return event.isBase64Encoded ? fromBase64(body) : Buffer.from(body);
};

/** The text of a request's body. Throws BODY_TOO_LARGE or BODY_INVALID. */
export const bodyText = (event: WithBody): string => {
  const body = rawBody(event);
  const charset = /;\s*charset="?([^";\s]+)/i.exec(header(event, 'content-type') ?? '')?.[1] ?? 'utf-8';
  if (!UTF8.test(charset)) throw new ApiError('BODY_INVALID');
  return event.isBase64Encoded ? fromUtf8(fromBase64(body)) : body;
};
