import { gzipSync } from 'node:zlib';
import { fromBinary } from '@bufbuild/protobuf';
import { ConnectError } from '@connectrpc/connect';
import { findTrailerError } from '@connectrpc/connect/protocol-grpc';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addOtpSms, removePhone, setPhone } from '../../lib/operations.ts';
import { ErrorInfoSchema } from '../../lib/rpc/gen/google/rpc/error_details_pb.ts';
import { GetMyPhoneResponseSchema } from '../../lib/rpc/gen/zitadel/auth_pb.ts';
import { serveRpc } from '../../lib/rpc/serve.ts';
import { apiOf, bearer, configFor, lambdaContext, someone, startIssuer, users } from '../support/api.ts';
import { frame, rpcEvent, rpcOf } from '../support/rpc.ts';

const issuer = await startIssuer();
const config = configFor(issuer);
const rpc = rpcOf(config);
const PHONE = '+41791234567';
const AUTH = '/zitadel.auth.v1.AuthService';
const SET = `${AUTH}/SetMyPhone`;
const GET = `${AUTH}/GetMyPhone`;
const WEB = { 'content-type': 'application/grpc-web+proto' };
const EMPTY = frame('');

const caller = async () => {
  const sub = someone();
  await users.put(sub, { phone: PHONE, verified: true });
  return bearer(await issuer.token({ sub }));
};

/** The frames of an answer: its message, and its status as a header or a trailer. */
const framesOf = async (response: Response, isText = false) => {
  const body = isText ? Buffer.from(await response.text(), 'base64') : Buffer.from(await response.arrayBuffer());
  const frames: { flags: number; content: Buffer }[] = [];
  for (let at = 0; at < body.length; at += 5 + body.readUInt32BE(at + 1)) {
    frames.push({ flags: body.readUInt8(at), content: body.subarray(at + 5, at + 5 + body.readUInt32BE(at + 1)) });
  }
  const trailers = frames.find(({ flags }) => flags === 0x80)?.content.toString() ?? '';
  const lines = trailers.split('\r\n').filter((line) => line !== '');
  const status = new Headers(lines.map((line) => line.split(/: (.*)/).slice(0, 2) as [string, string]));
  return { message: frames.find(({ flags }) => flags === 0)?.content, status };
};

/** Code and reason of a refusal over gRPC-Web. */
const refusalOf = async (response: Response) => {
  expect(response.status).toBe(200);
  const { message, status } = await framesOf(response);
  expect(message).toBeUndefined();
  const error = findTrailerError(status.has('grpc-status') ? status : response.headers);
  return { code: error?.code, reason: error?.findDetails(ErrorInfoSchema)[0]?.reason };
};

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

describe('what there is no method for', () => {
  it('is UNIMPLEMENTED, in the protocol that was spoken', async () => {
    for (const path of [`${AUTH}/GetMyUser`, '/zitadel.auth.v1.AuthService/constructor', '/', '']) {
      const expected = { code: 12, reason: 'METHOD_UNKNOWN' };
      expect(await refusalOf(await rpc(rpcEvent(path, WEB, EMPTY)))).toEqual(expected);
      const response = await rpc(rpcEvent(path, {}, '{}'));
      expect([response.status, await response.json()]).toMatchObject([501, { code: 'unimplemented' }]);
    }
  });

  it('is gRPC proper, which is told so where it looks', async () => {
    for (const contentType of ['application/grpc', 'application/grpc+proto', 'application/grpc-web+thrift']) {
      const headers = { ...(await caller()), 'content-type': contentType };
      const body = EMPTY.toString('base64');
      const rest = await apiOf(addOtpSms, config)({ headers, body, isBase64Encoded: true });
      const { status, headers: said } = await rpc(rpcEvent(GET, headers, EMPTY));
      for (const [code, answer] of [
        [status, Object.fromEntries(said)],
        [rest.status, rest.headers],
      ] as const) {
        expect(code).toBe(200);
        expect(answer).toMatchObject({
          'content-type': 'application/grpc',
          'grpc-status': '12',
          'grpc-message': expect.stringMatching(/gRPC-Web .* JSON$/),
        });
      }
    }
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
      configFor(issuer, { SMS_BUDGET_NUMBER: '100' }),
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

describe('any event is survived', () => {
  const handler = serveRpc(config);
  const survive = async (event: unknown): Promise<void> => {
    const answer = (await handler(event as never, lambdaContext() as never)) as APIGatewayProxyStructuredResultV2;
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store' });
    if (answer.statusCode !== 200) expect(answer.statusCode).toBeGreaterThanOrEqual(400);
  };

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['an empty object', {}],
    ['null headers', { rawPath: GET, headers: null, body: null }],
    ['no request context', { ...rpcEvent(GET, WEB, EMPTY), requestContext: undefined }],
    ['a time-out that is none', rpcEvent(GET, { ...WEB, 'grpc-timeout': '1\u00b5\u{1f600}' }, EMPTY)],
    ['headers nobody sends', rpcEvent(GET, { 'connect-timeout-ms': 'x', 'content-encoding': '\u0000' }, '{}')],
  ])('%s', async (_, event) => survive(event));

  it('whatever it is made of', async () => {
    await fc.assert(fc.asyncProperty(fc.object(), survive), { seed: 1, numRuns: 100 });
  });

  it('whatever its body is', async () => {
    const headers = { ...bearer(await issuer.token({ sub: someone() })) };
    const types = ['application/grpc-web+proto', 'application/grpc-web-text', 'application/proto', 'application/json'];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...types), fc.uint8Array({ maxLength: 40 }), async (type, bytes) => {
        const event = rpcEvent(`${AUTH}/VerifyMyPhone`, { ...headers, 'content-type': type }, bytes);
        const response = await rpc(event);
        if (type.startsWith('application/grpc-web')) {
          const { status } = await framesOf(response, type.endsWith('text'));
          expect(['3', '5']).toContain(status.get('grpc-status'));
        } else {
          expect(ConnectError.from(await response.text()).rawMessage).toMatch(/"code":"(invalid_argument|not_found)"/);
        }
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});
