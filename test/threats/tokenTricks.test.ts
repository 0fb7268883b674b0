import { createHmac } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { addOtpSms } from '../../lib/operations/addOtpSms.ts';
import { apiOf, bearer } from '../support/api.ts';
import { configOf, startKeyServer } from '../support/keyServer.ts';
import { countStorageCalls } from '../support/silentStorage.ts';
import { accessClaims, createSigningKey, type Members, part } from '../support/tokens.ts';

const storageCalls = await countStorageCalls();
const key = createSigningKey();
/** Its public half names no algorithm, as with some providers: nothing but the kind of key tells what it is for. */
const bareKey = createSigningKey('RS256', false);
const ecKey = createSigningKey('ES256');
const edKey = createSigningKey('EdDSA');
const stranger = createSigningKey();
const keyServer = await startKeyServer(key, bareKey, ecKey, edKey);
const issuer = keyServer.url;
const call = apiOf(addOtpSms, configOf(keyServer));
const NOW = Math.floor(Date.now() / 1000);

let callsBefore = 0;
beforeEach(() => {
  callsBefore = storageCalls();
});

type Headers = Readonly<Record<string, string>>;

const expectAccepted = async (headers: Headers, through = call) => {
  // A token that is good gets as far as the database, which knows no user here.
  expect(await through({ headers })).toMatchObject({ status: 400, body: { code: 9 } });
  expect(storageCalls()).toBe(callsBefore + 1);
};

const expectRefused = async (headers: Headers, through = call) => {
  const answer = await through({ headers });
  expect(answer.status).toBe(401);
  expect(answer.headers['www-authenticate']).toBe('Bearer error="invalid_token"');
  expect(answer.body).toMatchObject({ code: 16, details: [{ id: 'AUTH-7fs1e' }, { reason: 'ACCESS_TOKEN_INVALID' }] });
  expect(storageCalls()).toBe(callsBefore);
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
    ['several audiences', good({ aud: ['other', 'otp-sms-factor'] })],
    ['the type of RFC 9068', good({}, { typ: 'at+jwt' })],
    ['no type', good({}, { typ: undefined })],
    ['a subject of 255 characters', good({ sub: 'u'.repeat(255) })],
  ])('%s', async (_, token) => expectAccepted(bearer(token)));
});

describe('signatures', () => {
  it.each([
    ['alg none', unsigned('none')],
    ['alg None with the signature of a good token', unsigned('None', signatureOf(good()))],
    ['an empty signature', unsigned('RS256')],
    ['HS256 under the public key in PEM', hmacToken(key.publicKey.export({ type: 'spki', format: 'pem' }).toString())],
    ['HS256 under the public key in JSON', hmacToken(JSON.stringify(key.jwk))],
    ['HS256 under the modulus', hmacToken(String(key.jwk.n))],
    ['no alg', underAlg(undefined as unknown as string)],
    ['an alg that is a member of every object', underAlg('constructor')],
    ['RS512 over an RS256 signature', underAlg('RS512')],
    ['ES256 under the RSA key', underAlg('ES256')],
    ['ES256 under an RSA key that names no algorithm', underAlg('ES256', bareKey)],
    ['EdDSA under the RSA key', underAlg('EdDSA')],
    ['EdDSA under an RSA key that names no algorithm', underAlg('EdDSA', bareKey)],
    ['RS256 under the EC key', underAlg('RS256', ecKey)],
    ['RS256 under the Ed25519 key', underAlg('RS256', edKey)],
    ['a stranger’s signature under our kid', stranger.token(issuer, {}, { kid: key.kid })],
    ['an ECDSA signature of zeros', `${ecKey.token(issuer).split('.', 2).join('.')}.${'A'.repeat(86)}`],
    [
      'claims of another token',
      [good().split('.')[0], part(accessClaims(issuer, { sub: 'root' })), signatureOf(good())].join('.'),
    ],
  ])('%s', async (_, token) => expectRefused(bearer(token)));
});

describe('keys that the token brings along', () => {
  it.each([
    ['unknown kid', stranger.token(issuer)],
    ['kid with a path', stranger.token(issuer, {}, { kid: '../../etc/passwd' })],
    ['kid with a URL', stranger.token(issuer, {}, { kid: 'https://evil.example/keys' })],
    ['kid with SQL', stranger.token(issuer, {}, { kid: "' UNION SELECT 'key" })],
    ['kid that is a member of every object', stranger.token(issuer, {}, { kid: '__proto__' })],
    ['kid that is no text', good({}, { kid: 7 })],
    ['empty kid', good({}, { kid: '' })],
    ['no kid', good({}, { kid: undefined })],
    ['embedded jwk', stranger.token(issuer, {}, { jwk: stranger.jwk })],
    ['embedded jwk under our kid', stranger.token(issuer, {}, { jwk: stranger.jwk, kid: key.kid })],
    ['jku', stranger.token(issuer, {}, { jku: 'https://evil.example/keys', kid: key.kid })],
    ['x5u', stranger.token(issuer, {}, { x5u: 'https://evil.example/key', kid: key.kid })],
    ['crit', good({}, { crit: ['exp'] })],
    ['crit with an extension', good({}, { crit: ['b64'], b64: false })],
  ])('%s', async (_, token) => expectRefused(bearer(token)));
});

describe('claims', () => {
  it.each<[string, Members]>([
    ['other issuer', { iss: 'https://evil.example' }],
    ['issuer with a slash more', { iss: `${issuer}/` }],
    ['no issuer', { iss: undefined }],
    ['list of issuers', { iss: [issuer] }],
    ['other audience', { aud: 'other' }],
    ['audience that begins like ours', { aud: 'otp-sms-factor-2' }],
    ['no audience', { aud: undefined }],
    ['expired', { exp: NOW - 60 }],
    ['no expiry', { exp: undefined }],
    ['expiry that is no number', { exp: '9999999999' }],
    ['expiry null', { exp: null }],
    ['not yet valid', { nbf: NOW + 600 }],
    ['no subject', { sub: undefined }],
    ['subject null', { sub: null }],
    ['subject number', { sub: 7 }],
    ['subject object', { sub: { id: 'user' } }],
    ['subject list', { sub: ['user'] }],
    ['empty subject', { sub: '' }],
    ['subject of 256 characters', { sub: 'u'.repeat(256) }],
    ['subject beyond ASCII', { sub: 'usér' }],
    ['subject with a line feed', { sub: 'user\n' }],
    ['owner that is no text', { 'urn:zitadel:iam:user:resourceowner:id': 7 }],
    ['empty owner', { 'urn:zitadel:iam:user:resourceowner:id': '' }],
  ])('%s', async (_, claims) => expectRefused(bearer(good(claims))));
});

describe('tokens for another use', () => {
  it.each<[string, string]>([
    ['nonce', good({ nonce: 'n' })],
    ['at_hash', good({ at_hash: 'h' })],
    ['c_hash', good({ c_hash: 'h' })],
    ['typ ID', good({ typ: 'ID' })],
    ['typ Refresh', good({ typ: 'Refresh' })],
    ['token_use id', good({ token_use: 'id' })],
    ['header typ of a logout token', good({}, { typ: 'logout+jwt' })],
    ['header typ of a DPoP proof', good({}, { typ: 'dpop+jwt' })],
  ])('%s', async (_, token) => expectRefused(bearer(token)));
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
  ])('%s', async (_, headers) => expectRefused(headers));
});

describe('Amazon Cognito', () => {
  const cognito = apiOf(addOtpSms, configOf(keyServer, { TOKEN_AUDIENCE: '', TOKEN_CLIENT_ID: 'client-1, client-2' }));
  const claims = { aud: undefined, client_id: 'client-2', token_use: 'access' };

  it('an access token of an accepted client', async () => expectAccepted(bearer(good(claims)), cognito));

  it.each<[string, Members]>([
    ['another client', { ...claims, client_id: 'client-3' }],
    ['no client', { ...claims, client_id: undefined }],
    ['a list of clients', { ...claims, client_id: ['client-2'] }],
    ['no token_use', { ...claims, token_use: undefined }],
    ['an ID token', { ...claims, token_use: 'id', aud: 'client-2' }],
  ])('%s is refused', async (_, changed) => expectRefused(bearer(good(changed)), cognito));
});
