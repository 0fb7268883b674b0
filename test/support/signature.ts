import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** A signature as it stands in an Authorization header (Signature Version 4). */
export type Signature = {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
  readonly signature: string;
};

const FORM =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=(\w+)$/;

/** Reads the signature of a request. Throws when there is none. */
export const readSignature = ({ headers }: IncomingMessage): Signature & { date: string; signed: string[] } => {
  const [, accessKeyId, date, region, service, signed, signature] = FORM.exec(headers.authorization ?? '') ?? [];
  if (!accessKeyId || !date || !region || !service || !signed || !signature) throw new Error('No signature');
  return { accessKeyId, date, region, service, signed: signed.split(';'), signature };
};

/** The signature that a request of the services in use should have: a POST without a query. */
export const expectedSignature = (request: IncomingMessage, body: Buffer, secret: string): string => {
  const { date, region, service, signed } = readSignature(request);
  const canonical = [
    'POST',
    request.url,
    '',
    ...signed.map((name) => `${name}:${String(request.headers[name]).trim()}`),
    '',
    signed.join(';'),
    createHash('sha256').update(body).digest('hex'),
  ].join('\n');
  const scope = `${date}/${region}/${service}/aws4_request`;
  const digest = createHash('sha256').update(canonical).digest('hex');
  const text = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], scope, digest].join('\n');
  const key = [date, region, service, 'aws4_request'].reduce<Buffer | string>(
    (from, part) => createHmac('sha256', from).update(part).digest(),
    `AWS4${secret}`,
  );
  return createHmac('sha256', key).update(text).digest('hex');
};
