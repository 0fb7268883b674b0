import httpJsonBodyParser from '@middy/http-json-body-parser';
import { DomainError } from '../domain/errors.ts';
import type { Before } from './chain.ts';
import { header } from './headers.ts';
import { isStrictJson } from './strictJson.ts';

/** Characters of the largest body that is read: no request of this service comes near. */
const MAX_LENGTH = 16_384;

/** RFC 4648, section 4: whole groups of four, the last one padded. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** `ignoreBOM` keeps a byte order mark in the text, where it is no JSON (RFC 8259, section 8.1). */
const UTF8_DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const UTF8 = /^(utf-?8|us-ascii)$/i;

/**
 * Reads the body as one JSON object; no body, an empty one and `{}` are the same, whatever the content type.
 *
 * Throws BODY_TOO_LARGE or BODY_INVALID without a cause: the parser's own error carries the raw body.
 */
export const jsonBody = (): { before: Before } => {
  const parser = httpJsonBodyParser({ disableContentTypeCheck: true });
  return {
    before(request) {
      const { event } = request;
      const text = decode(event.body ?? '', event.isBase64Encoded, header(event, 'content-type'));
      Object.assign(event, { body: text || '{}', isBase64Encoded: false });
      try {
        parser.before?.(request as never);
      } catch {
        throw new DomainError('BODY_INVALID');
      }
      const body: unknown = event.body;
      const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
      if (!isObject || !isStrictJson(text)) throw new DomainError('BODY_INVALID');
    },
  };
};

const decode = (body: string, isBase64Encoded: boolean, contentType: string | undefined): string => {
  if (body.length > MAX_LENGTH) throw new DomainError('BODY_TOO_LARGE');
  const charset = /;\s*charset="?([^";\s]+)/i.exec(contentType ?? '')?.[1] ?? 'utf-8';
  if (!UTF8.test(charset)) throw new DomainError('BODY_INVALID');
  if (!isBase64Encoded) return body;
  try {
    if (!BASE64.test(body)) throw new DomainError('BODY_INVALID');
    return UTF8_DECODER.decode(Buffer.from(body, 'base64'));
  } catch {
    throw new DomainError('BODY_INVALID');
  }
};
