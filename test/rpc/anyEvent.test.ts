import { ConnectError } from '@connectrpc/connect';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addOtpSms } from '../../lib/operations/addOtpSms.ts';
import { createRpcFunction } from '../../lib/rpc/createRpcFunction.ts';
import { apiOf, bearer, configFor, lambdaContext, someone, startIssuer } from '../support/api.ts';
import { rpcEvent, rpcOf } from '../support/rpc.ts';
import { callerOf, EMPTY, framesOf, GET, refusalOf, UNKNOWN, VERIFY, WEB } from '../support/wire.ts';

const issuer = await startIssuer();
const config = configFor(issuer);
const rpc = rpcOf(config);
const caller = () => callerOf(issuer);

describe('what there is no method for', () => {
  it('is UNIMPLEMENTED, in the protocol that was spoken', async () => {
    for (const path of [UNKNOWN, '/zitadel.auth.v1.AuthService/constructor', '/', '']) {
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

describe('any event is survived', () => {
  const { handler } = createRpcFunction(config);
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
        const event = rpcEvent(VERIFY, { ...headers, 'content-type': type }, bytes);
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
