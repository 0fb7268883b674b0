import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createAuthServiceClient } from '@zitadel/client/v1';
import { createClientTransport } from '@zitadel/client/web';
import { ErrorDetailSchema } from '@zitadel/proto/zitadel/message_pb.js';
import { AuthFactorState } from '@zitadel/proto/zitadel/user_pb.js';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { freePort } from '../../infra/local/ports.ts';
import { ErrorInfoSchema } from '../../lib/rpc/gen/google/rpc/error_details_pb.ts';
import { ChallengeService, Purpose } from '../../lib/rpc/gen/otpsms/v1/challenge_pb.ts';
import { spawnScript, written } from '../support/spawn.ts';

let baseUrl: string;
let dev: string;

beforeAll(async () => {
  const [port, devPort] = await Promise.all([freePort(), freePort()]);
  baseUrl = `http://127.0.0.1:${port}`;
  dev = `http://127.0.0.1:${devPort}`;
  await written(spawnScript('infra/local/start.ts', { PORT: `${port}`, DEV_PORT: `${devPort}` }), /^curl .*$/m);
}, 60_000);

const tokenOf = async (sub: string): Promise<string> => {
  const response = await fetch(`${dev}/token`, { method: 'POST', body: JSON.stringify({ sub }) });
  return ((await response.json()) as { access_token: string }).access_token;
};

/** The digits of the latest message to a number. */
const codeTo = async (phone: string): Promise<string> => {
  const response = await fetch(`${dev}/messages?to=${encodeURIComponent(phone)}`);
  const messages = (await response.json()) as { body: string }[];
  return /^\d+/.exec(messages.at(-1)?.body ?? '')?.[0] ?? '';
};

/** Code, and the details in the types that each side publishes. */
const refusalOf = async (call: Promise<unknown>) => {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => ConnectError.from(reason),
  );
  return {
    code: error?.code,
    id: error?.findDetails(ErrorDetailSchema)[0]?.id,
    reason: error?.findDetails(ErrorInfoSchema)[0]?.reason,
  };
};

const A = '+41791112233';
const B = '+41791112244';
const C = '+41791112255';

describe("ZITADEL's own web client", () => {
  it('leads a factor through its life', async () => {
    const transport = createClientTransport(await tokenOf('zoe'), { baseUrl });
    const auth = createAuthServiceClient(transport);
    const challenges = createClient(ChallengeService, transport);
    const refused = { code: Code.FailedPrecondition, id: 'COMMAND-Q54j2', reason: 'PHONE_NOT_VERIFIED' };

    expect((await auth.getMyPhone({})).phone).toBeUndefined();
    expect(await refusalOf(auth.addMyAuthFactorOTPSMS({}))).toEqual(refused);

    const set = await auth.setMyPhone({ phone: A });
    expect(set.details).toMatchObject({ sequence: 2n, changeDate: { seconds: expect.any(BigInt) } });
    expect(await refusalOf(auth.resendMyPhoneVerification({}))).toMatchObject({ code: Code.ResourceExhausted });
    expect(await refusalOf(auth.addMyAuthFactorOTPSMS({}))).toEqual(refused);
    expect(await refusalOf(auth.verifyMyPhone({ code: '000000' }))).toMatchObject({
      code: Code.InvalidArgument,
      id: 'COMMAND-sM0cs',
    });
    await vi.waitFor(() => auth.resendMyPhoneVerification({}), { timeout: 10_000, interval: 500 });
    await auth.verifyMyPhone({ code: await codeTo(A) });
    expect((await auth.getMyPhone({})).phone).toMatchObject({ phone: A, isPhoneVerified: true });

    const added = await auth.addMyAuthFactorOTPSMS({});
    expect(added.details?.creationDate).toEqual(added.details?.changeDate);
    expect(await refusalOf(auth.addMyAuthFactorOTPSMS({}))).toEqual({
      code: Code.AlreadyExists,
      id: 'COMMAND-Ad3g2',
      reason: 'OTP_SMS_ALREADY_ADDED',
    });
    expect((await auth.listMyAuthFactors({})).result).toMatchObject([
      { state: AuthFactorState.READY, type: { case: 'otpSms' } },
    ]);

    const { challenge } = await challenges.challengeMyOTPSMS({});
    expect(challenge).toMatchObject({ maskedPhone: '+41*******33', attemptsRemaining: 5, purpose: Purpose.LOGIN });
    const { challengeId = '' } = challenge ?? {};
    expect(await refusalOf(challenges.checkMyOTPSMS({ code: '000000', challengeId }))).toMatchObject({
      id: 'CODE-woT0xc',
    });
    await challenges.checkMyOTPSMS({ code: await codeTo(A), challengeId });

    expect(await refusalOf(auth.removeMyAuthFactorOTPSMS({}))).toMatchObject({ reason: 'STEP_UP_REQUIRED' });
    const { challenge: stepUp } = await challenges.challengeMyOTPSMS({ purpose: Purpose.STEP_UP });
    const { proof } = await challenges.checkMyOTPSMS({
      code: await codeTo(A),
      challengeId: stepUp?.challengeId ?? '',
    });
    await auth.removeMyAuthFactorOTPSMS({}, { headers: { 'step-up-proof': proof } });
    expect(await refusalOf(auth.removeMyAuthFactorOTPSMS({}))).toMatchObject({
      code: Code.NotFound,
      id: 'COMMAND-Sr3h3',
    });
    await auth.removeMyPhone({});
    expect((await auth.listMyAuthFactors({})).result).toEqual([]);
    await auth.setMyPhone({ phone: B });
  });

  it('is told when its token is none', async () => {
    const auth = createAuthServiceClient(createClientTransport('no.such.token', { baseUrl }));
    expect(await refusalOf(auth.getMyPhone({}))).toEqual({
      code: Code.Unauthenticated,
      id: 'AUTH-7fs1e',
      reason: 'ACCESS_TOKEN_INVALID',
    });
  });

  it('sends a message of more than 127 bytes, whose length is no text', async () => {
    const auth = createAuthServiceClient(createClientTransport(await tokenOf('max'), { baseUrl }));
    await auth.setMyPhone({ phone: C });
    const refusal = await refusalOf(auth.verifyMyPhone({ code: '1'.repeat(150) }));
    expect(refusal.code).toBe(Code.InvalidArgument);
    expect(refusal.reason).not.toBe('BODY_INVALID');
  });

  it('is told what this service does not have', async () => {
    const auth = createAuthServiceClient(createClientTransport(await tokenOf('zoe'), { baseUrl }));
    expect(await refusalOf(auth.getMyUser({}))).toMatchObject({ code: Code.Unimplemented });
  });
});

describe('a browser of another origin', () => {
  it('may send what gRPC-Web and Connect send, and read what they read', async () => {
    const method = `${baseUrl}/zitadel.auth.v1.AuthService/GetMyPhone`;
    const origin = 'https://app.example';
    const headers = [
      'authorization',
      'content-type',
      'x-grpc-web',
      'x-user-agent',
      'x-zitadel-orgid',
      'grpc-timeout',
      'connect-protocol-version',
    ];
    const preflight = await fetch(method, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': headers.join() },
    });
    const allowed = preflight.headers.get('access-control-allow-headers')?.toLowerCase().split(',');
    expect(allowed).toEqual(expect.arrayContaining(headers));

    const answer = await fetch(method, { method: 'POST', headers: { origin, 'content-type': 'application/json' } });
    const exposed = answer.headers.get('access-control-expose-headers')?.toLowerCase().split(',');
    expect(exposed).toEqual(expect.arrayContaining(['date', 'grpc-status', 'grpc-message', 'grpc-status-details-bin']));
  });
});
