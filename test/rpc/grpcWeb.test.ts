import { gzipSync } from 'node:zlib';
import { fromBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { removePhone } from '../../lib/operations/removePhone.ts';
import { setPhone } from '../../lib/operations/setPhone.ts';
import { GetMyPhoneResponseSchema } from '../../lib/rpc/gen/zitadel/auth_pb.ts';
import { apiOf, bearer, configFor, someone, startIssuer } from '../support/api.ts';
import { frame, rpcEvent, rpcOf } from '../support/rpc.ts';
import { callerOf, EMPTY, framesOf, GET, PHONE, refusalOf, SET, WEB } from '../support/wire.ts';

const issuer = await startIssuer();
const config = configFor(issuer);
const rpc = rpcOf(config);
const caller = () => callerOf(issuer);

describe('a body over gRPC-Web', () => {
  it.each([
    ['application/grpc-web', EMPTY],
    ['application/grpc-web+proto', EMPTY],
    ['Application/GRPC-Web+Proto; charset=utf-8', EMPTY],
    ['application/grpc-web+json', frame('{}')],
  ])('%s is answered in frames', async (contentType, body) => {
    const response = await rpc(rpcEvent(GET, { ...(await caller()), 'content-type': contentType }, body));
    expect(response.headers.get('content-type')).toMatch(/^application\/grpc-web\+(proto|json)$/);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const { message, status } = await framesOf(response);
    expect(status.get('grpc-status')).toBe('0');
    expect(message?.includes(PHONE)).toBe(true);
  });

  it.each([
    ['at once', EMPTY.toString('base64')],
    ['in chunks with padding of their own', `${EMPTY.toString('base64', 0, 1)}${EMPTY.toString('base64', 1)}`],
  ])('is base64 in and out when it is text: %s', async (_, text) => {
    for (const contentType of ['application/grpc-web-text', 'application/grpc-web-text+proto']) {
      const headers = { ...(await caller()), 'content-type': contentType };
      // API Gateway may hand over text as it is, or as base64 once more.
      for (const body of [text, Buffer.from(text)]) {
        const response = await rpc(rpcEvent(GET, headers, body));
        expect(response.headers.get('content-type')).toBe('application/grpc-web-text+proto');
        const { message = Buffer.of(), status } = await framesOf(response, true);
        expect(status.get('grpc-status')).toBe('0');
        expect(fromBinary(GetMyPhoneResponseSchema, message).phone).toMatchObject({
          phone: PHONE,
          isPhoneVerified: true,
        });
      }
    }
  });

  const PHONE_FIELD = Buffer.from(`\n\x0c${PHONE}`);
  const HOSTILE: readonly [string, Uint8Array | string][] = [
    ['no message', Buffer.of()],
    ['half a prefix', Buffer.of(0, 0, 0)],
    ['a length beyond the end', frame(PHONE_FIELD, 0, 1_000)],
    ['the greatest length', frame(PHONE_FIELD, 0, 0xffff_ffff)],
    ['a length before the end', frame(PHONE_FIELD, 0, 3)],
    ['two messages', Buffer.concat([frame(PHONE_FIELD), frame(PHONE_FIELD)])],
    ['a compressed flag', frame(gzipSync(PHONE_FIELD), 1)],
    ['trailers only', frame('grpc-status: 0\r\n', 0x80)],
    ['trailers after the message', Buffer.concat([frame(PHONE_FIELD), frame('a: b\r\n', 0x80)])],
    ['unknown flags', frame(PHONE_FIELD, 0x7e)],
    ['a message cut short', frame(PHONE_FIELD.subarray(0, 5))],
    ['no protobuf', frame(Buffer.from('ffffffffffffffffffffff', 'hex'))],
    ['text that is not UTF-8', frame(Buffer.from('0a012bff', 'hex').fill(0xff, 2))],
    ['5 MB', frame(Buffer.alloc(5_000_000))],
  ];

  it.each(HOSTILE)('is refused with %s', async (what, body) => {
    const expected = { code: 3, reason: what === '5 MB' ? 'BODY_TOO_LARGE' : 'BODY_INVALID' };
    const headers = await caller();
    expect(await refusalOf(await rpc(rpcEvent(SET, { ...headers, ...WEB }, body)))).toEqual(expected);
    // The token comes first.
    expect(await refusalOf(await rpc(rpcEvent(SET, WEB, body)))).toEqual({ code: 16, reason: 'AUTHORIZATION_MISSING' });
    // The same over the path of REST.
    const api = apiOf(setPhone, config);
    const rest = { body: Buffer.from(body).toString('base64'), isBase64Encoded: true };
    if (body.length > 0) {
      const { body: status } = await api({ headers: { ...headers, ...WEB }, ...rest });
      expect(status).toMatchObject({ code: 3, details: [{ reason: expected.reason }] });
    }
  });

  it.each(['=', 'AAAA=', 'AAAAAAA', '.AAAAAAA', 'AAAAAAA=\n', `=${EMPTY.toString('base64')}`])(
    'is refused when its text %j is no base64',
    async (text) => {
      const headers = { ...(await caller()), 'content-type': 'application/grpc-web-text' };
      const { status } = await framesOf(await rpc(rpcEvent(GET, headers, text)), true);
      expect(status.get('grpc-status')).toBe('3');
    },
  );

  it('is refused when it is compressed, and told what is not', async () => {
    const headers = { ...(await caller()), ...WEB, 'grpc-encoding': 'gzip' };
    expect(await refusalOf(await rpc(rpcEvent(GET, headers, frame(gzipSync(''), 1))))).toMatchObject({ code: 12 });
  });

  it('has its status in the trailers with the details, and in the headers what HTTP clients look at', async () => {
    const response = await rpc(rpcEvent(GET, { ...WEB, authorization: 'Bearer no.such.token' }, EMPTY));
    expect(response.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    const { status } = await framesOf(response);
    expect(status.get('grpc-status')).toBe('16');
    expect(decodeURIComponent(status.get('grpc-message') ?? '')).toMatch(/^The access token .* \(AUTH-7fs1e\)$/);
    expect(status.get('grpc-status-details-bin')).toMatch(/^[A-Za-z0-9+/]+$/);
  });
});

describe('the paths of REST', () => {
  it.each([
    ['application/grpc-web+proto', frame(`\n\x0c${PHONE}`)],
    ['application/grpc-web', frame(`\n\x0c${PHONE}`)],
    ['application/grpc-web-text', frame(`\n\x0c${PHONE}`).toString('base64')],
    ['application/grpc-web+json', frame(JSON.stringify({ phone: PHONE }))],
  ])('take %s as well, and answer JSON', async (contentType, content) => {
    const headers = { ...bearer(await issuer.token({ sub: someone() })), 'content-type': contentType };
    const body = Buffer.from(content).toString('base64');
    const answer = await apiOf(
      setPhone,
      configFor(issuer, { SMS_BUDGET_NUMBER: '1000000' }),
    )({
      headers,
      body,
      isBase64Encoded: true,
    });
    expect(answer).toMatchObject({ status: 200, body: { details: { sequence: '2' } } });
  });

  it('need no frame for no message', async () => {
    const headers = { ...(await caller()), ...WEB };
    expect(await apiOf(removePhone, config)({ headers })).toMatchObject({ status: 200 });
  });
});
