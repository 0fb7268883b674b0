import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { configFor, startIssuer } from '../support/api.ts';
import { frame, rpcEvent, rpcOf } from '../support/rpc.ts';
import { callerOf, GET, PHONE, SET } from '../support/wire.ts';

const issuer = await startIssuer();
const rpc = rpcOf(configFor(issuer));
const caller = () => callerOf(issuer);

describe('a body over Connect', () => {
  const set = async (headers: Record<string, string>, body: Uint8Array | string) => {
    const response = await rpc(rpcEvent(SET, { ...(await caller()), ...headers }, body));
    const said = (await response.json()) as { code?: string };
    return { status: response.status, code: said.code };
  };
  const PROTO = { 'content-type': 'application/proto' };
  const JSON_TYPE = { 'content-type': 'application/json' };
  const INVALID = { status: 400, code: 'invalid_argument' };

  it.each<[string, Record<string, string>, Uint8Array | string]>([
    ['no message', PROTO, ''],
    ['half a message', PROTO, Buffer.from('0a0c2b', 'hex')],
    ['a frame', PROTO, frame('')],
    ['5 MB', PROTO, Buffer.alloc(5_000_000)],
    ['no JSON', JSON_TYPE, '{'],
    ['a list', JSON_TYPE, '[]'],
    ['a name twice', JSON_TYPE, '{"phone":"+41791234568","phone":"+41791234569"}'],
    ['a field of another type', JSON_TYPE, '{"phone":41791234567}'],
    ['another charset', { 'content-type': 'application/json; charset=latin1' }, '{"phone":"+41791234568"}'],
    ['5 MB of JSON', JSON_TYPE, `{"phone":"${'4'.repeat(5_000_000)}"}`],
  ])('is refused with %s', async (_, headers, body) => {
    expect(await set(headers, body)).toEqual(INVALID);
  });

  it('is refused when it is compressed', async () => {
    const headers = { ...JSON_TYPE, 'content-encoding': 'gzip' };
    expect(await set(headers, gzipSync('{}'))).toEqual({ status: 501, code: 'unimplemented' });
  });

  it.each(['application/json', 'application/json; charset=utf-8', 'application/x-www-form-urlencoded', ''])(
    'is JSON when its content type is %j',
    async (contentType) => {
      const headers = contentType ? { 'content-type': contentType } : {};
      for (const body of ['{}', '', Buffer.from('{"unknown":{}}')]) {
        const response = await rpc(rpcEvent(GET, { ...(await caller()), ...headers }, body));
        expect(response.status).toBe(200);
        expect(response.headers.get('content-type')).toBe('application/json');
        expect(await response.json()).toMatchObject({ phone: { phone: PHONE, isPhoneVerified: true } });
      }
    },
  );
});
