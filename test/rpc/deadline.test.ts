import { afterAll, describe, expect, it } from 'vitest';
import { bearer, callFunctionsAt, configFor, someone, startIssuer } from '../support/api.ts';
import { silent, startFaultyEngine } from '../support/faultyEngine.ts';
import { frame, rpcEvent, rpcOf } from '../support/rpc.ts';

const issuer = await startIssuer();
const config = configFor(issuer);
const engine = await startFaultyEngine();

callFunctionsAt(engine.endpoint);
afterAll(() => engine.shut());

const rpc = rpcOf(config);
const GET = '/zitadel.auth.v1.AuthService/GetMyPhone';

/** Asks for the phone of a user whose storage never answers: only what the client allows ends it as DEADLINE_EXCEEDED. */
const ask = async (headers: Record<string, string>) => {
  const sub = someone();
  engine.spoil(sub, 'Query', silent, 20);
  const token = bearer(await issuer.token({ sub }));
  const body = headers['content-type'] === 'application/json' ? '{}' : frame('');
  const response = await rpc(rpcEvent(GET, { ...token, ...headers }, body));
  return { response, text: await response.text() };
};

const WEB = { 'content-type': 'application/grpc-web+proto' };
const CONNECT = { 'content-type': 'application/json' };

describe('the time that a client allows', () => {
  it('is kept over gRPC-Web', async () => {
    const { text } = await ask({ ...WEB, 'grpc-timeout': '100m' });
    expect(text).toContain('grpc-status: 4\r\n');
    expect(text).toContain('grpc-status-details-bin: ');
  });

  it('is kept over Connect', async () => {
    const { response, text } = await ask({ ...CONNECT, 'connect-timeout-ms': '100' });
    expect(response.status).toBe(504);
    expect(JSON.parse(text)).toMatchObject({ code: 'deadline_exceeded' });
  });

  it('may be over before it began', async () => {
    const { text } = await ask({ ...WEB, 'grpc-timeout': '0n' });
    expect(text).toContain('grpc-status: 4\r\n');
  });

  it.each([
    ['more than a timer takes, over gRPC-Web', { ...WEB, 'grpc-timeout': '99999999S' }],
    ['more than a timer takes, over Connect', { ...CONNECT, 'connect-timeout-ms': '9999999999' }],
    ['more digits than gRPC-Web knows', { ...WEB, 'grpc-timeout': '100000000m' }],
    ['none at all by as many digits', { ...WEB, 'grpc-timeout': '000000000n' }],
    ['more digits than Connect knows', { ...CONNECT, 'connect-timeout-ms': '00000000000' }],
  ])('that is %s leaves the function its own', async (_, headers) => {
    const token = bearer(await issuer.token({ sub: someone() }));
    const body = headers['content-type'] === 'application/json' ? '{}' : frame('');
    const text = await (await rpc(rpcEvent(GET, { ...token, ...headers }, body))).text();
    expect(text).toMatch(/^\{\}$|grpc-status: 0\r\n/);
  });

  it('must be one', async () => {
    const { text } = await ask({ ...WEB, 'grpc-timeout': 'soon' });
    expect(text).toContain('grpc-status: 3\r\n');
  });
});
