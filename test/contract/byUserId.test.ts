import { hash } from 'node:crypto';
import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { serveKeySet } from '../../lib/http/serveKeySet.ts';
import { configFor, httpEvent, inbox, lambdaContext, someone, startIssuer, users } from '../support/api.ts';
import { codeTo, factorOf, metadataOf, otherThan, reasonOf } from '../support/factor.ts';
import { expectWhole } from '../support/partition.ts';
import { servicesOf } from '../support/services.ts';
import { STEP_UP } from '../support/stepUp.ts';
import { toldBy } from '../support/told.ts';

const issuer = await startIssuer();
const env = { ...STEP_UP, PROOF_AUDIENCE: 'the-application' };
const call = servicesOf(issuer, env);
const { enrolled } = factorOf(issuer, env);
const login = { sub: 'login', scope: 'otp:challenge' };
const ISSUER = STEP_UP.PROOF_ISSUER ?? '';

/** What stands for a user or a service in the log. */
const mark = (id: string) => hash('sha256', id, 'hex').slice(0, 16);

type User = Awaited<ReturnType<typeof enrolled>>;

const challenge = async ({ sub }: User, body: object = {}, headers: Record<string, string> = {}) =>
  call(login, 'challengeUserOtpSms', sub, body, headers);

/** Challenges and checks, all as the service. */
const check = async (user: User, body: object = {}, headers: Record<string, string> = {}) => {
  const { challenge: pending } = (await challenge(user, body)).body as { challenge: { challengeId: string } };
  const input = { code: codeTo(user.phone), challengeId: pending.challengeId };
  return { input, answer: await call(login, 'checkUserOtpSms', user.sub, { nonce: 'n', ...input }, headers) };
};

describe('a service', () => {
  it('challenges and checks a user who has no token, and gets a proof for itself', async () => {
    const user = await enrolled();
    const { answer } = await check(user);
    expect(answer).toMatchObject({ status: 200, body: { details: { sequence: expect.any(String) } } });
    const { body } = await serveKeySet(configFor(issuer, env).env)(httpEvent('GET /', {}), lambdaContext() as never);
    const { payload } = await jwtVerify(String(answer.body.proof), createLocalJWKSet(JSON.parse(body ?? '')), {
      issuer: ISSUER,
      audience: 'login',
      typ: 'otp-sms-proof+jwt',
    });
    expect(payload).toMatchObject({ sub: user.sub, aud: 'login', nonce: 'n', purpose: 'LOGIN', amr: ['otp', 'sms'] });
    await expectWhole(user.sub);
  });

  it('stands in the log as the editor of what it did', async () => {
    const user = await enrolled();
    await check(user);
    expect((await users.events(user.sub)).slice(-2)).toMatchObject([
      { type: 'user.human.mfa.otp.sms.code.added', editor: 'login' },
      { type: 'user.human.mfa.otp.sms.check.succeeded', editor: 'login' },
    ]);
  });

  it('is told in the log line by its mark, beside that of the user', async () => {
    const user = await enrolled();
    const { log } = await toldBy(() => challenge(user));
    expect(log).toMatchObject([{ operation: 'ChallengeUserOTPSMS', user: mark(user.sub), caller: mark('login') }]);
  });

  it('may ask for a step-up, whose proof is for this API and nobody else', async () => {
    const { answer } = await check(await enrolled(), { purpose: 'PURPOSE_STEP_UP' });
    expect(decodeJwt(String(answer.body.proof))).toMatchObject({ aud: ISSUER, purpose: 'STEP_UP' });
  });

  it('has the message written in the language of the user', async () => {
    const user = await enrolled();
    await challenge(user, {}, { 'accept-language': 'de-CH' });
    expect(user.message()).toContain('ist Ihr Code für die Anmeldung');
  });

  it.each([
    ['nobody', someone(), 'OTP_SMS_NOT_CHALLENGEABLE'],
    ['an id that no user has', 'jörg', 'FIELD_INVALID'],
    ['an id that is too long for a path', 'u'.repeat(201), 'FIELD_INVALID'],
    ['no id', '', 'FIELD_INVALID'],
    ['an id that a path cannot name (/)', 'a/b', 'FIELD_INVALID'],
    ['an id that a path cannot name (?)', 'a?b', 'FIELD_INVALID'],
    ['an id that a path cannot name (#)', 'a#b', 'FIELD_INVALID'],
    ['an id that a path cannot name (%)', 'auth0%7Cb', 'FIELD_INVALID'],
    ['an id that is encoded in a path', 'auth0|a b@c+d', 'OTP_SMS_NOT_CHALLENGEABLE'],
  ])('is told of %s', async (_, userId, reason) => {
    expect(reasonOf(await call(login, 'challengeUserOtpSms', userId))).toBe(reason);
  });

  it('gets a challenge again by its id, and burns no tries of one that it has not', async () => {
    const user = await enrolled();
    const first = await challenge(user);
    const { challengeId } = first.body.challenge as { challengeId: string };
    expect((await challenge(user, { challengeId })).body).toEqual(first.body);
    const guess = { code: otherThan(codeTo(user.phone)) };
    const stranger = await call(login, 'checkUserOtpSms', user.sub, { ...guess, challengeId: 'other' });
    expect(reasonOf(stranger)).toBe('CHALLENGE_UNKNOWN');
    const wrong = await call(login, 'checkUserOtpSms', user.sub, { ...guess, challengeId });
    expect(metadataOf(wrong)).toEqual({ attemptsRemaining: '4' });
  });

  it('gets the same answer under a key again, which another service does not', async () => {
    const user = await enrolled();
    const key = { 'idempotency-key': '"one"' };
    const { input, answer } = await check(user, {}, key);
    const again = (caller: typeof login) => call(caller, 'checkUserOtpSms', user.sub, { nonce: 'n', ...input }, key);
    const repeated = await again(login);
    expect(decodeJwt(String(repeated.body.proof))).toEqual(decodeJwt(String(answer.body.proof)));
    expect(reasonOf(await again({ ...login, sub: 'both' }))).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  it('passes on the address of the user; its own is not counted, and another text is none', async () => {
    const user = await enrolled();
    const wrong = await challenge(user, {}, { 'otp-user-address': 'localhost' });
    expect([reasonOf(wrong), metadataOf(wrong)]).toEqual(['FIELD_INVALID', { field: 'Otp-User-Address' }]);
    expect(reasonOf(await challenge(user, {}, { 'otp-user-address': '2001:db8::1' }))).toBe('OK');
  });
});

describe('the budget of a service', () => {
  it('ends what it asks for, and nothing of what users or others ask for', async () => {
    const thrifty = servicesOf(issuer, { ...env, SMS_BUDGET_CALLER: '1' });
    const subject = `service-${someone()}`;
    const own = servicesOf(issuer, {
      ...env,
      SMS_BUDGET_CALLER: '1',
      SERVICE_SUBJECTS: subject,
      SERVICE_ALL_OWNERS: '',
    });
    const [first, second] = [await enrolled(), await enrolled()];
    const service = { sub: subject, scope: 'otp:challenge' };
    expect(reasonOf(await own(service, 'challengeUserOtpSms', first.sub))).toBe('OK');
    const refused = await own(service, 'challengeUserOtpSms', second.sub);
    expect([reasonOf(refused), refused.status]).toEqual(['SMS_BUDGET_SPENT', 429]);
    expect(inbox.messages(second.phone)).toEqual([]);
    expect(reasonOf(await second.challenge())).toBe('OK');
    expect(reasonOf(await thrifty({ ...login, sub: 'both' }, 'challengeUserOtpSms', (await enrolled()).sub))).toBe(
      'OK',
    );
  });
});

describe('a user by their id', () => {
  it('does as under /auth/v1, with a proof for the application', async () => {
    const user = await enrolled();
    const me = { sub: user.sub };
    const { challenge: pending } = (await call(me, 'challengeUserOtpSms', user.sub)).body as Record<string, never>;
    const { challengeId } = pending as unknown as { challengeId: string };
    const answer = await call(me, 'checkUserOtpSms', user.sub, { code: codeTo(user.phone), challengeId });
    expect(decodeJwt(String(answer.body.proof))).toMatchObject({ aud: 'the-application', sub: user.sub });
  });
});
