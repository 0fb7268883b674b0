import { describe, expect, it } from 'vitest';
import { DEFAULT_OWNER } from '../../infra/local/users.ts';
import { addOtpSms } from '../../lib/operations/addOtpSms.ts';
import { apiOf, bearer, configFor, type Request, someone, startIssuer, users } from '../support/api.ts';

const issuer = await startIssuer();
const call = apiOf(addOtpSms, configFor(issuer));
const PHONE = '+41791234567';
const OTHER_PHONE = '+41797654321';

const asUser = async (sub: string, claims: Record<string, unknown> = {}) => bearer(await issuer.token({ sub, claims }));

const owner = (id: string) => ({ 'urn:zitadel:iam:user:resourceowner:id': id });

const verified = async (resourceOwner?: string): Promise<string> => {
  const sub = someone();
  await users.put(sub, { phone: PHONE, verified: true, ...(resourceOwner !== undefined && { resourceOwner }) });
  return sub;
};

/** Calls for a user and asserts that the log is as long after the refusal as it was before. */
const refusedCall = async (sub: string, request: Request, through = call) => {
  const before = await users.events(sub);
  const answer = await through(request);
  expect(await users.events(sub)).toEqual(before);
  expect(answer.headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store' });
  return answer;
};

const errorInfo = (reason: string) => ({
  '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
  reason,
  domain: 'otp-sms-factor',
  metadata: {},
});

describe('enrolment', () => {
  it.each([
    ['the default owner, when the token names none', undefined, {}, DEFAULT_OWNER],
    ['the owner the token names', 'organisation-1', owner('organisation-1'), 'organisation-1'],
    ['the stored owner, when the token names none', 'organisation-2', {}, 'organisation-2'],
  ])('is answered with the details of the event and %s', async (_, stored, claims, resourceOwner) => {
    const sub = await verified(stored);

    const { status, headers, body } = await call({ headers: await asUser(sub, claims) });

    expect(status).toBe(200);
    expect(headers).toEqual({ 'content-type': 'application/json', 'cache-control': 'no-store' });
    const events = await users.events(sub);
    const last = events.at(-1);
    expect(events).toHaveLength(4);
    expect(last).toEqual({
      type: 'user.human.mfa.otp.sms.added',
      sequence: 4,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      editor: sub,
      resourceOwner,
    });
    expect(body).toEqual({
      details: { sequence: '4', creationDate: last?.createdAt, changeDate: last?.createdAt, resourceOwner },
    });
  });

  it('goes by the last verified number while another one awaits its verification', async () => {
    const sub = await verified();
    await users.put(sub, { phone: OTHER_PHONE, verified: false });

    expect(await call({ headers: await asUser(sub) })).toMatchObject({ status: 200 });
  });

  it.each([
    ['no body', {}],
    ['an empty body', { body: '' }],
    ['an empty object', { body: '{}' }],
    ['an empty object between spaces', { body: ' {\n} ' }],
    ['an empty object in base64', { body: Buffer.from('{}').toString('base64'), isBase64Encoded: true }],
    ['an empty body that is said to be in base64', { body: '', isBase64Encoded: true }],
    ['fields nobody knows', { body: '{"phone":"+15550100","nested":{"list":[1,null,"two"]}}' }],
    ['the content type of `curl -d`', { body: '{}', contentType: 'application/x-www-form-urlencoded' }],
    ['a content type nobody knows', { body: '{}', contentType: 'x/y' }],
    ['a charset', { body: '{}', contentType: 'application/json; charset="UTF-8"' }],
  ])('takes %s', async (_, { contentType, ...request }: Request & { readonly contentType?: string }) => {
    const sub = await verified();
    const headers = { ...(await asUser(sub)), ...(contentType !== undefined && { 'content-type': contentType }) };

    expect(await call({ ...request, headers })).toMatchObject({ status: 200, body: { details: { sequence: '4' } } });
  });
});

describe('rules', () => {
  it('COMMAND-Ad3g2: a factor that is there is not added again', async () => {
    const sub = await verified();
    const headers = await asUser(sub);
    await call({ headers });

    const { status, body } = await refusedCall(sub, { headers });

    expect(status).toBe(409);
    expect(body).toEqual({
      code: 6,
      message: 'OTP SMS is already set up (COMMAND-Ad3g2)',
      details: [
        {
          '@type': 'type.googleapis.com/zitadel.v1.ErrorDetail',
          id: 'COMMAND-Ad3g2',
          message: 'OTP SMS is already set up',
        },
        errorInfo('OTP_SMS_ALREADY_ADDED'),
      ],
    });
  });

  it.each([
    ['an unknown user', async () => someone()],
    [
      'a phone that is not verified',
      async () => {
        const sub = someone();
        await users.put(sub, { phone: PHONE, verified: false });
        return sub;
      },
    ],
  ])('COMMAND-Q54j2: %s is no ground for the factor', async (_, user) => {
    const sub = await user();

    const { status, body } = await refusedCall(sub, { headers: await asUser(sub) });

    expect(status).toBe(400);
    expect(body).toEqual({
      code: 9,
      message: 'OTP SMS needs a verified phone: set a phone and verify it first (COMMAND-Q54j2)',
      details: [
        {
          '@type': 'type.googleapis.com/zitadel.v1.ErrorDetail',
          id: 'COMMAND-Q54j2',
          message: 'OTP SMS needs a verified phone: set a phone and verify it first',
        },
        errorInfo('PHONE_NOT_VERIFIED'),
      ],
    });
  });

  it.each([
    ['before the factor is added', false],
    ['after it, when the rules alone would say 409', true],
  ])('a token that names another owner than the stored one is refused %s', async (_, added) => {
    const sub = await verified('organisation-1');
    if (added) await call({ headers: await asUser(sub) });

    const { status, body } = await refusedCall(sub, { headers: await asUser(sub, owner('organisation-2')) });

    expect(status).toBe(403);
    expect(body).toMatchObject({ code: 7, details: [errorInfo('RESOURCE_OWNER_MISMATCH')] });
  });
});

describe('authentication', () => {
  it.each([
    ['no header', {}],
    ['an empty header', { authorization: '' }],
    ['a header of spaces', { authorization: '  ' }],
    ['a bad body as well, which is not looked at', {}, '{'],
  ])('%s is told the scheme, without an error', async (_, headers, body?: string) => {
    const answer = await call({ headers, body });

    expect(answer).toEqual({
      status: 401,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store', 'www-authenticate': 'Bearer' },
      body: { code: 16, message: 'auth header missing', details: [errorInfo('AUTHORIZATION_MISSING')] },
    });
  });

  it.each([
    ['a bad token', undefined],
    ['a bad token and a bad body', '{'],
  ])('AUTH-7fs1e: %s', async (_, body) => {
    const sub = await verified();
    const headers = bearer(await issuer.token({ sub, expiresIn: -60 }));

    const answer = await refusedCall(sub, { headers, body });

    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer error="invalid_token"');
    expect(answer.body).toMatchObject({
      code: 16,
      message: expect.stringMatching(/ \(AUTH-7fs1e\)$/),
      details: [{ id: 'AUTH-7fs1e' }, errorInfo('ACCESS_TOKEN_INVALID')],
    });
  });

  it('takes the scheme and the header in any case', async () => {
    const sub = await verified();

    expect(await call({ headers: { AUTHORIZATION: `bearer ${await issuer.token({ sub })}` } })).toMatchObject({
      status: 200,
    });
  });
});

describe('a required scope', () => {
  const scoped = apiOf(addOtpSms, configFor(issuer, { REQUIRED_SCOPE: 'otp_sms' }));

  it.each([
    ['scope as text', { scope: 'openid otp_sms' }],
    ['scp as text', { scp: 'openid otp_sms' }],
    ['scp as a list', { scp: ['openid', 'otp_sms'] }],
  ])('is found in %s', async (_, claims) => {
    const sub = await verified();

    expect(await scoped({ headers: await asUser(sub, claims) })).toMatchObject({ status: 200 });
  });

  it.each([
    ['no scope', {}],
    ['another scope', { scope: 'openid otp_sms.read' }],
    ['another list', { scp: ['otp_sms.read'] }],
  ])('is missed in a token with %s', async (_, claims) => {
    const sub = await verified();

    const { status, headers, body } = await refusedCall(sub, { headers: await asUser(sub, claims) }, scoped);

    expect(status).toBe(403);
    expect(headers['www-authenticate']).toBe('Bearer error="insufficient_scope"');
    expect(body).toMatchObject({ code: 7, details: [errorInfo('SCOPE_MISSING')] });
  });
});

describe('form', () => {
  it.each([
    ['no JSON', 'code=123456'],
    ['a list', '[]'],
    ['a text', '"{}"'],
    ['a number', '1'],
    ['null', 'null'],
    ['true', 'true'],
    ['two objects', '{}{}'],
  ])('a body that is %s is refused before the rules are asked', async (_, body) => {
    const sub = someone();

    const answer = await refusedCall(sub, { headers: await asUser(sub), body });

    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 3, details: [errorInfo('BODY_INVALID')] });
  });
});
