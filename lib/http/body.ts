import httpJsonBodyParser from '@middy/http-json-body-parser';
import { DomainError } from '../domain/errors.ts';
import type { Before } from './chain.ts';
import { isStrictJson } from './strictJson.ts';
import { bodyText } from './text.ts';

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

/** Reads the body as one JSON object, whatever the content type. Throws BODY_TOO_LARGE or BODY_INVALID. */
export const jsonBody = (): { before: Before } => ({
  before({ event }) {
    Object.assign(event, { body: readJson(bodyText(event)), isBase64Encoded: false });
  },
});
