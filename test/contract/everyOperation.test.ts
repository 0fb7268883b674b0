import { describe, expect, it } from 'vitest';
import { startIssuer } from '../support/api.ts';
import { createApi, enrol, eventsOf, NAMES, type Name, prove, somePhone } from '../support/person.ts';

const issuer = await startIssuer();
const { calls, person } = createApi(issuer);
const scoped = createApi(issuer, { REQUIRED_SCOPE: 'otp_sms' });

const HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-store' };

/** A body of the right form. */
const BODIES: { readonly [N in Name]?: object } = {
  setPhone: { phone: somePhone() },
  verifyPhone: { code: '123456' },
  checkOtpSms: { code: '123456' },
};

const owner = (id: string) => ({ claims: { 'urn:zitadel:iam:user:resourceowner:id': id } });

describe.each(NAMES)('%s', (name) => {
  it.each([
    ['no header and a bad body', {}],
    ['an empty header and a bad body', { authorization: '' }],
  ])('%s: the scheme is told first, without an error', async (_, headers) => {
    const { status, headers: answered, body } = await calls[name]({ headers, body: '{' });

    expect(status).toBe(401);
    expect(answered).toEqual({ ...HEADERS, 'www-authenticate': 'Bearer' });
    expect(body).toMatchObject({ code: 16, message: 'auth header missing' });
    expect(body.details).not.toContainEqual(expect.objectContaining({ id: expect.anything() }));
  });

  it.each([
    ['another scheme', 'Basic dTpw'],
    ['no token', 'Bearer'],
    ['a malformed token', 'Bearer no.such.token'],
  ])('AUTH-7fs1e: %s, before a bad body and a bad Idempotency-Key', async (_, authorization) => {
    const headers = { authorization, 'idempotency-key': '' };
    const { status, headers: answered, body } = await calls[name]({ headers, body: '{' });

    expect(status).toBe(401);
    expect(answered).toEqual({ ...HEADERS, 'www-authenticate': 'Bearer error="invalid_token"' });
    expect(body).toMatchObject({ code: 16, details: [{ id: 'AUTH-7fs1e' }, { reason: 'ACCESS_TOKEN_INVALID' }] });
  });

  it('403: a token without the scope that is required', async () => {
    const me = await scoped.person();

    const { status, headers, body } = await me.call(name, BODIES[name]);

    expect(status).toBe(403);
    expect(headers).toEqual({ ...HEADERS, 'www-authenticate': 'Bearer error="insufficient_scope"' });
    expect(body).toMatchObject({ code: 7, details: [{ reason: 'SCOPE_MISSING' }] });
  });

  it.each(['[]', '"{}"', 'null', '1', 'true', '{"a":', 'code=1'])(
    '400: the body %s, before the rules are asked',
    async (body) => {
      const { sub } = await person();
      const headers = { authorization: `Bearer ${await issuer.token({ sub })}` };

      expect(await calls[name]({ headers, body })).toMatchObject({
        status: 400,
        headers: HEADERS,
        body: { code: 3, details: [{ reason: 'BODY_INVALID' }] },
      });
      expect(await eventsOf({ sub })).toEqual([]);
    },
  );

  it.each([
    ['with a verified phone', prove],
    ['with the factor', enrol],
  ])('403: a token that names another owner than the one of a user %s', async (_, given) => {
    const me = await person(owner('organisation-1'));
    await given(me);
    const before = await eventsOf(me);
    const stranger = await person({ sub: me.sub, ...owner('organisation-2') });

    expect(await stranger.call(name, BODIES[name])).toMatchObject({
      status: 403,
      headers: HEADERS,
      body: { code: 7, details: [{ reason: 'RESOURCE_OWNER_MISMATCH' }] },
    });
    expect(await eventsOf(me)).toEqual(before);
  });

  it('answers every caller for himself: what one did is nothing to another', async () => {
    const [me, other] = [await person(), await person()];
    await enrol(me);
    const before = await eventsOf(me);

    await other.call(name, BODIES[name]);

    expect(await eventsOf(me)).toEqual(before);
    expect((await other.call('listAuthFactors')).body).toEqual({});
  });
});
