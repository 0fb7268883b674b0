import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { TokenFault } from '../../lib/auth/tokenError.ts';
import { addOtpSms } from '../../lib/operations/addOtpSms.ts';
import { type Answer, apiOf, bearer } from '../support/api.ts';
import { configOf, startKeyServer } from '../support/keyServer.ts';
import { countStorageCalls } from '../support/silentStorage.ts';
import { accessClaims, createSigningKey, type Members, part } from '../support/tokens.ts';
import { toldBy } from '../support/told.ts';

const storageCalls = await countStorageCalls();
const key = createSigningKey();
/** Its public half names no algorithm, as with some providers: nothing but the kind of key tells what it is for. */
const bareKey = createSigningKey('RS256', false);
const ecKey = createSigningKey('ES256');
const edKey = createSigningKey('EdDSA');
const ed25519Key = createSigningKey('Ed25519');
const shortKey = createSigningKey('RS256', true, 1_024);
const stranger = createSigningKey();
const keyServer = await startKeyServer(key, bareKey, ecKey, edKey, ed25519Key, shortKey);
const issuer = keyServer.url;
/** A fresh process of the function. */
const start = (env: Record<string, string> = {}) => apiOf(addOtpSms, configOf(keyServer, env));
const call = start();
const NOW = Math.floor(Date.now() / 1000);

/** What the database was asked so far; a deployed function that starts asks it, too, and so has started before. */
const callsBefore = async (through: typeof call): Promise<number> => {
  await through();
  return storageCalls();
};

const answerAndLog = async (work: () => Promise<Answer>) => {
  const answers: Answer[] = [];
  const { log } = await toldBy(async () => void answers.push(await work()));
  return { answer: answers[0] as Answer, log };
};

type Headers = Readonly<Record<string, string>>;

const expectAccepted = async (headers: Headers, through = call) => {
  const before = await callsBefore(through);
  // A token that is good gets as far as the database, which knows no user here.
  expect(await through({ headers })).toMatchObject({ status: 400, body: { code: 9 } });
  expect(storageCalls()).toBe(before + 1);
};

const expectRefused = async (headers: Headers, fault: TokenFault, through = call) => {
  const before = await callsBefore(through);
  const { answer, log } = await answerAndLog(() => through({ headers }));
  expect(answer.status).toBe(401);
  expect(log).toMatchObject([{ reason: 'ACCESS_TOKEN_INVALID', cause: { kind: 'TokenError', code: fault } }]);
  // Another sign-in brings another token of the same kind: most of these it does not mend.
  expect(answer.body.message).not.toMatch(/sign in/i);
  expect(answer.headers['www-authenticate']).toBe('Bearer error="invalid_token"');
  expect(answer.body).toMatchObject({ code: 16, details: [{ id: 'AUTH-7fs1e' }, { reason: 'ACCESS_TOKEN_INVALID' }] });
  expect(storageCalls()).toBe(before);
};

const good = (claims?: Members, header?: Members) => key.token(issuer, claims, header);

/** A token whose last part is a MAC under what everybody can read: the public key. */
const hmacToken = (secret: string): string => {
  const input = `${part({ alg: 'HS256', kid: key.kid, typ: 'JWT' })}.${part(accessClaims(issuer))}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
};

/** A token without any proof, under the algorithm that says so. */
const unsigned = (alg: string, signature = ''): string =>
  `${part({ alg, kid: key.kid, typ: 'JWT' })}.${part(accessClaims(issuer))}.${signature}`;

/** One signed by a key of the key set, under a header that names another algorithm than the key's. */
const underAlg = (alg: string, signer = key): string => signer.token(issuer, {}, { alg });

const signatureOf = (token: string): string => token.split('.')[2] ?? '';

describe('good tokens', () => {
  it.each([
    ['RS256', key.token(issuer)],
    ['RS256 under a key that names no algorithm', bareKey.token(issuer)],
    ['ES256', ecKey.token(issuer)],
    ['EdDSA', edKey.token(issuer)],
    ['Ed25519 (RFC 9864)', ed25519Key.token(issuer)],
    ['Ed25519 under a key whose algorithm is called EdDSA', edKey.token(issuer, {}, { alg: 'Ed25519' })],
    ['no kid, where one key fits', ecKey.token(issuer, {}, { kid: undefined })],
    ['several audiences', good({ aud: ['other', 'otp-sms-factor'] })],
    ['the type of RFC 9068', good({}, { typ: 'at+jwt' })],
    ['no type', good({}, { typ: undefined })],
    ['the type of a JWT as a media type', good({}, { typ: 'application/jwt' })],
    ['issued and valid a few seconds from now, by a clock ahead of ours', good({ iat: NOW + 4, nbf: NOW + 4 })],
    ['an organisation that is null', good({ 'urn:zitadel:iam:user:resourceowner:id': null })],
    ['claims of types that nobody asked about', good({ jti: 7, iat: 'now', azp: [], auth_time: {}, acr: 1, scope: 5 })],
    ['a subject of 255 characters', good({ sub: 'u'.repeat(255) })],
  ])('%s', async (_, token) => expectAccepted(bearer(token)));
});

describe('signatures', () => {
  it.each<[string, TokenFault, string]>([
    ['alg none', 'malformed', unsigned('none')],
    ['alg None with the signature of a good token', 'alg', unsigned('None', signatureOf(good()))],
    ['an empty signature', 'malformed', unsigned('RS256')],
    [
      'HS256 under the public key in PEM',
      'alg',
      hmacToken(key.publicKey.export({ type: 'spki', format: 'pem' }).toString()),
    ],
    ['HS256 under the public key in JSON', 'alg', hmacToken(JSON.stringify(key.jwk))],
    ['HS256 under the modulus', 'alg', hmacToken(String(key.jwk.n))],
    ['no alg', 'malformed', underAlg(undefined as unknown as string)],
    ['an alg that is a member of every object', 'alg', underAlg('constructor')],
    ['RS512 over an RS256 signature', 'alg', underAlg('RS512')],
    ['RS512 over an RS256 signature, of a key that names no algorithm', 'signature', underAlg('RS512', bareKey)],
    ['ES256 under the RSA key', 'alg', underAlg('ES256')],
    ['ES256 under an RSA key that names no algorithm', 'alg', underAlg('ES256', bareKey)],
    ['ES384 under the P-256 key', 'alg', underAlg('ES384', ecKey)],
    ['EdDSA under the RSA key', 'alg', underAlg('EdDSA')],
    ['EdDSA under an RSA key that names no algorithm', 'alg', underAlg('EdDSA', bareKey)],
    ['RS256 under the EC key', 'alg', underAlg('RS256', ecKey)],
    ['RS256 under the Ed25519 key', 'alg', underAlg('RS256', edKey)],
    ['a stranger’s signature under our kid', 'signature', stranger.token(issuer, {}, { kid: key.kid })],
    ['an ECDSA signature of zeros', 'signature', `${ecKey.token(issuer).split('.', 2).join('.')}.${'A'.repeat(86)}`],
    [
      'claims of another token',
      'signature',
      [good().split('.')[0], part(accessClaims(issuer, { sub: 'root' })), signatureOf(good())].join('.'),
    ],
  ])('%s: %s', async (_, fault, token) => expectRefused(bearer(token), fault));

  it('an algorithm that a deployment does not take', async () => {
    const narrow = start({ TOKEN_ALGORITHMS: 'ES256, EdDSA' });
    await expectRefused(bearer(good()), 'alg', narrow);
    await expectRefused(bearer(ed25519Key.token(issuer)), 'alg', narrow);
    await expectAccepted(bearer(ecKey.token(issuer)), narrow);
  });
});

describe('keys that the token brings along', () => {
  it.each<[string, TokenFault, string]>([
    ['unknown kid', 'kid', stranger.token(issuer)],
    ['kid with a path', 'kid', stranger.token(issuer, {}, { kid: '../../etc/passwd' })],
    ['kid with a URL', 'kid', stranger.token(issuer, {}, { kid: 'https://evil.example/keys' })],
    ['kid with SQL', 'kid', stranger.token(issuer, {}, { kid: "' UNION SELECT 'key" })],
    ['kid that is a member of every object', 'kid', stranger.token(issuer, {}, { kid: '__proto__' })],
    ['kid that is no text', 'malformed', good({}, { kid: 7 })],
    ['empty kid', 'kid', good({}, { kid: '' })],
    ['no kid, where several keys fit', 'kid', good({}, { kid: undefined })],
    ['kid of a key of 1,024 bits', 'kid', shortKey.token(issuer)],
    ['embedded jwk', 'kid', stranger.token(issuer, {}, { jwk: stranger.jwk })],
    ['embedded jwk under our kid', 'signature', stranger.token(issuer, {}, { jwk: stranger.jwk, kid: key.kid })],
    ['jku', 'signature', stranger.token(issuer, {}, { jku: 'https://evil.example/keys', kid: key.kid })],
    ['x5u', 'signature', stranger.token(issuer, {}, { x5u: 'https://evil.example/key', kid: key.kid })],
    ['crit', 'crit', good({}, { crit: ['exp'] })],
    ['crit with an extension', 'crit', good({}, { crit: ['b64'], b64: false })],
  ])('%s: %s', async (_, fault, token) => expectRefused(bearer(token), fault, start()));
});

describe('claims', () => {
  it.each<[string, TokenFault, Members]>([
    ['other issuer', 'issuer', { iss: 'https://evil.example' }],
    ['issuer with a slash more', 'issuer', { iss: `${issuer}/` }],
    ['no issuer', 'issuer', { iss: undefined }],
    ['list of issuers', 'issuer', { iss: [issuer] }],
    ['other audience', 'audience', { aud: 'other' }],
    ['audience that begins like ours', 'audience', { aud: 'otp-sms-factor-2' }],
    ['no audience', 'audience', { aud: undefined }],
    ['audience that is no text', 'audience', { aud: { 'otp-sms-factor': true } }],
    ['expired', 'expired', { exp: NOW - 60 }],
    ['expired this second, for which there is no leeway', 'expired', { exp: NOW - 1 }],
    ['no expiry', 'expired', { exp: undefined }],
    ['expiry that is no number', 'expired', { exp: '9999999999' }],
    ['expiry null', 'expired', { exp: null }],
    ['not yet valid', 'not_yet_valid', { nbf: NOW + 600 }],
    ['a beginning that is no number', 'not_yet_valid', { nbf: 'tomorrow' }],
    ['no subject', 'subject', { sub: undefined }],
    ['subject null', 'subject', { sub: null }],
    ['subject number', 'subject', { sub: 7 }],
    ['subject object', 'subject', { sub: { id: 'user' } }],
    ['subject list', 'subject', { sub: ['user'] }],
    ['empty subject', 'subject', { sub: '' }],
    ['subject of 256 characters', 'subject', { sub: 'u'.repeat(256) }],
    ['subject beyond ASCII', 'subject', { sub: 'usér' }],
    ['subject with a line feed', 'subject', { sub: 'user\n' }],
    ['owner that is no text', 'owner', { 'urn:zitadel:iam:user:resourceowner:id': 7 }],
    ['empty owner', 'owner', { 'urn:zitadel:iam:user:resourceowner:id': '' }],
  ])('%s: %s', async (_, fault, claims) => expectRefused(bearer(good(claims)), fault));
});

describe('the kind of token', () => {
  it.each<[string, Members, Members?]>([
    ['Keycloak, with the nonce of the sign-in', { typ: 'Bearer', nonce: 'n', client_id: undefined }],
    ['Amazon Cognito', { token_use: 'access', client_id: undefined }],
    ['authentik, with the nonce of the sign-in', { scope: 'openid', nonce: 'n', azp: 'web', client_id: undefined }],
    ['RFC 9068, whatever else it carries', { nonce: 'n', at_hash: 'h', client_id: undefined }, { typ: 'at+jwt' }],
    ['RFC 9068, as a media type', { client_id: undefined }, { typ: 'application/at+JWT' }],
    ['a list of scopes', { scope: ['openid', 'api1'], client_id: undefined }],
    ['Okta, a list', { scp: ['openid'], client_id: undefined }],
    ['Entra ID, a text', { scp: 'user', client_id: undefined }],
    ['Entra ID, app-only', { roles: ['api1'], idtyp: 'app', client_id: undefined }],
    ['Auth0, without a permission', { permissions: [], client_id: undefined }],
    ['a client and nothing else', { client_id: 'web' }],
    ['statements of types that are none', { typ: 7, token_use: ['id'] }],
  ])('is told: %s', async (_, claims, header) => expectAccepted(bearer(good(claims, header))));

  it.each<[string, TokenFault, Members, Members?]>([
    ['nothing is said', 'token_type', { client_id: undefined }],
    [
      'an app-only token of Entra ID without idtyp',
      'token_type',
      { roles: ['api1'], azp: 'web', client_id: undefined },
    ],
    ['authentik without a scope', 'token_type', { nonce: 'n', azp: 'web', client_id: undefined }],
    ['a JWT of ZITADEL before September 2024', 'token_type', { jti: 'j', client_id: undefined }],
    ['nothing is said but null', 'token_type', { scope: null, scp: null, permissions: null, client_id: null }],
    ['an ID token by its nonce', 'token_use', { nonce: 'n' }],
    ['an ID token by its at_hash', 'token_use', { scope: 'openid', at_hash: 'h' }],
    ['an ID token by its c_hash', 'token_use', { scope: 'openid', c_hash: 'h' }],
    ['an ID token by its s_hash', 'token_use', { scope: 'openid', s_hash: 'h' }],
    ['an ID token of Keycloak', 'token_type', { typ: 'ID', scope: 'openid' }],
    ['a refresh token of Keycloak', 'token_type', { typ: 'Refresh', scope: 'openid' }],
    ['an ID token of Cognito', 'token_use', { token_use: 'id' }],
    ['an ID token of Cognito in RFC 9068', 'token_use', { token_use: 'id' }, { typ: 'at+jwt' }],
    ['a logout token', 'token_type', {}, { typ: 'logout+jwt' }],
    ['a DPoP proof', 'token_type', {}, { typ: 'dpop+jwt' }],
    ['a header that begins like ours', 'token_type', {}, { typ: 'at+jwt2' }],
  ])('is refused: %s: %s', async (_, fault, claims, header) => expectRefused(bearer(good(claims, header)), fault));

  it('is that of RFC 9068 where a deployment says so', async () => {
    const strict = start({ TOKEN_TYPE: 'at+jwt' });
    await expectRefused(bearer(good({ typ: 'Bearer', scope: 'openid' })), 'token_type', strict);
    await expectRefused(bearer(good({}, { typ: undefined })), 'token_type', strict);
    await expectAccepted(bearer(good({}, { typ: 'application/at+jwt' })), strict);
  });
});

describe('the scope that a deployment demands', () => {
  const scoped = start({ REQUIRED_SCOPE: 'otp_sms' });

  it.each<[string, Members]>([
    ['one of a text', { scope: 'openid otp_sms' }],
    ['one of a list', { scope: ['openid', 'otp_sms'] }],
    ['in scp', { scp: ['otp_sms'] }],
    ['in permissions, beside a scope', { scope: 'openid', permissions: ['otp_sms'] }],
    ['in scp, beside a scope', { scope: 'openid', scp: 'otp_sms' }],
  ])('is found: %s', async (_, claims) => expectAccepted(bearer(good(claims)), scoped));

  it.each<[string, Members]>([
    ['nowhere', {}],
    ['a longer one', { scope: 'otp_sms_admin' }],
    ['in the middle of an element', { scope: ['openid otp_sms'] }],
    ['as a member', { scope: { otp_sms: true } }],
  ])('is not found: %s', async (_, claims) => {
    const { answer, log } = await answerAndLog(() => scoped({ headers: bearer(good(claims)) }));
    expect(answer).toMatchObject({ status: 403, body: { code: 7 } });
    expect(log).toMatchObject([{ reason: 'SCOPE_MISSING', cause: { code: 'scope' } }]);
  });
});

describe('headers', () => {
  const token = good();

  it.each<[string, Headers]>([
    ['two headers, joined as API Gateway joins them', { authorization: `Bearer ${token},Bearer ${token}` }],
    ['two headers, joined with a space', { authorization: `Bearer ${token}, Bearer ${token}` }],
    ['two spellings of the name', { authorization: `Bearer ${token}`, Authorization: `Bearer ${token}` }],
    ['two spellings, one of them bad', { Authorization: `Bearer ${token}`, authorization: 'Bearer x' }],
    ['Basic', { authorization: `Basic ${Buffer.from('user:password').toString('base64')}` }],
    ['Basic before the token', { authorization: `Basic ${token}` }],
    ['DPoP', { authorization: `DPoP ${token}` }],
    ['the scheme alone', { authorization: 'Bearer ' }],
    ['the token alone', { authorization: token }],
    ['something behind the token', { authorization: `Bearer ${token} x` }],
    ['no blank behind the scheme', { authorization: `Bearer${token}` }],
    ['100 kB of token', bearer(good({ padding: 'x'.repeat(100_000) }))],
    ['100 kB of noise', bearer('a'.repeat(100_000))],
    ['a header nested 3,000 deep', bearer(`${Buffer.from('['.repeat(3_000)).toString('base64url')}.e30.e30`)],
    ['one part', bearer('a')],
    ['two parts', bearer(token.split('.', 2).join('.'))],
    ['four parts', bearer(`${token}.x`)],
    ['an empty fourth part', bearer(`${token}.`)],
    ['the five parts of an encrypted token', bearer('e30.a.b.c.d')],
    ['parts that are no JSON', bearer('a.b.c')],
    ['parts that are null', bearer(`${part(null)}.${part(null)}.x`)],
  ])('%s', async (_, headers) => expectRefused(headers, 'malformed'));
});

describe('Amazon Cognito', () => {
  const cognito = start({ TOKEN_AUDIENCE: '', TOKEN_CLIENT_ID: 'client-1, client-2' });
  const claims = { aud: undefined, client_id: 'client-2', token_use: 'access' };

  it('an access token of an accepted client', async () => expectAccepted(bearer(good(claims)), cognito));

  it.each<[string, TokenFault, Members]>([
    ['another client', 'client_id', { ...claims, client_id: 'client-3' }],
    ['no client', 'client_id', { ...claims, client_id: undefined }],
    ['a list of clients', 'client_id', { ...claims, client_id: ['client-2'] }],
    ['no token_use', 'token_use', { ...claims, token_use: undefined }],
    ['an ID token', 'token_use', { ...claims, token_use: 'id', aud: 'client-2' }],
  ])('%s is refused: %s', async (_, fault, changed) => expectRefused(bearer(good(changed)), fault, cognito));
});
