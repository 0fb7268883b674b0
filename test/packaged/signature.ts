import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { sign } from 'aws4';
import type { Credentials } from './gate.ts';

/** What must be signed wherever it is there: who reads a request relies on it. */
const TO_BE_SIGNED = ['host', 'x-amz-date', 'x-amz-target', 'x-amz-security-token', 'content-type'];

/** The credential of a request signed by Signature Version 4; empty strings where there is none. */
export const readCredential = ({ headers }: IncomingMessage) => {
  const form = / Credential=([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+),/;
  const [, accessKeyId = '', region = '', service = '', signed = ''] = form.exec(headers.authorization ?? '') ?? [];
  return { accessKeyId, region, service, signed: signed.split(';') };
};

/** Why a signature does not hold, told by another implementation than the one that made it. */
export const signatureFault = (
  request: IncomingMessage,
  body: Buffer,
  credentials: Credentials,
): string | undefined => {
  const { region, service, signed } = readCredential(request);
  const unsigned = TO_BE_SIGNED.filter((name) => name in request.headers && !signed.includes(name));
  if (unsigned.length > 0) return `${unsigned} are not signed`;
  if (request.headers['x-amz-security-token'] !== credentials.sessionToken) return 'another session';
  const digest = request.headers['x-amz-content-sha256'] ?? sha256(body);
  if (digest !== sha256(body)) return 'the digest of another body';

  const again = sign(
    {
      service,
      region,
      method: String(request.method),
      path: String(request.url),
      headers: Object.fromEntries(signed.map((name) => [name, request.headers[name] as string])),
      extraHeadersToIgnore: { 'content-length': true }, // which it adds by itself
      extraHeadersToInclude: Object.fromEntries(signed.map((name) => [name, true])),
      body,
    } as Parameters<typeof sign>[0],
    credentials,
  );
  return again.headers?.Authorization === request.headers.authorization ? undefined : 'another signature';
};

const sha256 = (body: Buffer): string => createHash('sha256').update(body).digest('hex');
