import type { Account } from './account.ts';
import { Refusal } from './refusal.ts';
import { toXml } from './xml.ts';

export type S3Request = {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
};

export type S3Answer = { readonly headers?: Readonly<Record<string, string>>; readonly body?: string | Buffer };

/** S3 as a deploy meets it, by path. Throws a Refusal. */
export const answerS3 = ({ buckets }: Account, { method, url, headers, body }: S3Request): S3Answer => {
  const [bucket = '', ...rest] = url.pathname.slice(1).split('/').map(decodeURIComponent);
  const key = rest.join('/');
  const objects = buckets.get(bucket);
  if (!objects) throw new Refusal('NoSuchBucket', 'The specified bucket does not exist', 404);
  if (key === '') {
    if (method === 'HEAD') return {};
    if (method === 'POST' && url.searchParams.has('delete')) {
      const keys = [...body.toString().matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, name = '']) => name);
      for (const name of keys) objects.delete(name);
      return { body: toXml({ DeleteResult: '' }) };
    }
    if (method === 'GET') return { body: listing(objects, url.searchParams.get('prefix') ?? '') };
  }
  if (method === 'PUT') {
    const metadata = Object.entries(headers).filter(([name]) => name.startsWith('x-amz-meta-'));
    const content = headers['content-encoding']?.includes('aws-chunked') ? unchunked(body) : body;
    objects.set(key, { body: content, metadata: Object.fromEntries(metadata), modified: new Date() });
    return { headers: { etag: '"0"' } };
  }
  const stored = objects.get(key);
  if (!stored) throw new Refusal('NoSuchKey', 'The specified key does not exist.', 404);
  return {
    headers: { ...stored.metadata, 'last-modified': stored.modified.toUTCString() },
    ...(method === 'GET' && { body: stored.body }),
  };
};

const listing = (objects: ReadonlyMap<string, { readonly body: Buffer; readonly modified: Date }>, prefix: string) => {
  const found = [...objects].filter(([name]) => name.startsWith(prefix));
  const contents = found.map(([Key, { body, modified }]) =>
    toXml({ Contents: { Key, LastModified: modified.toISOString(), Size: body.length } }),
  );
  return `<ListBucketResult><IsTruncated>false</IsTruncated>${contents.join('')}</ListBucketResult>`;
};

/** The body of a request that is sent in chunks, each after its size in hexadecimal. */
const unchunked = (body: Buffer): Buffer => {
  const chunks: Buffer[] = [];
  for (let at = 0; at < body.length; ) {
    const end = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.subarray(at, end).toString(), 16);
    if (size === 0) break;
    chunks.push(body.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
  return Buffer.concat(chunks);
};
