import { createSign, generateKeyPairSync, type JsonWebKey, type KeyObject, randomUUID, sign } from 'node:crypto';

/** The audience of access tokens, by which the service knows that they are meant for it. */
export const AUDIENCE = 'otp-sms-factor';

/** A header or a set of claims; a member that is `undefined` is left out. */
export type Members = Readonly<Record<string, unknown>>;

/** A signing key that signs whatever it is told to: the tricks that a decent library refuses to make. */
export type SigningKey = {
  readonly kid: string;
  /** The public half, as a key server publishes it. */
  readonly jwk: JsonWebKey & { readonly kid: string };
  readonly publicKey: KeyObject;
  /** The usual token of an issuer, changed by the given claims and header members. */
  readonly token: (issuer: string, claims?: Members, header?: Members) => string;
};

export type Algorithm = 'RS256' | 'ES256' | 'EdDSA' | 'Ed25519';

const KEY_PAIRS: Record<Algorithm, (bits: number) => { publicKey: KeyObject; privateKey: KeyObject }> = {
  RS256: (bits) => generateKeyPairSync('rsa', { modulusLength: bits }),
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: () => generateKeyPairSync('ed25519'),
  Ed25519: () => generateKeyPairSync('ed25519'),
};

/** A part of a token: the value's JSON in base64url. */
export const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The usual claims of an issuer's access token, which its client tells from an ID token; changed by the given ones. */
export const accessClaims = (issuer: string, claims: Members = {}): Members => {
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: issuer,
    aud: AUDIENCE,
    sub: 'user-of-a-token',
    client_id: 'web',
    iat: now,
    exp: now + 3_600,
    ...claims,
  };
};

/** Makes a key; `withAlg` says whether its public half names the algorithm, which not every provider does. */
export const createSigningKey = (algorithm: Algorithm = 'RS256', withAlg = true, bits = 2_048): SigningKey => {
  const { publicKey, privateKey } = KEY_PAIRS[algorithm](bits);
  const kid = randomUUID();
  return {
    kid,
    publicKey,
    jwk: { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', ...(withAlg && { alg: algorithm }) },
    token(issuer, claims, header = {}) {
      const input = `${part({ alg: algorithm, kid, typ: 'JWT', ...header })}.${part(accessClaims(issuer, claims))}`;
      return `${input}.${signatureOf(privateKey, input)}`;
    },
  };
};

const signatureOf = (key: KeyObject, input: string): string =>
  key.asymmetricKeyType === 'ed25519'
    ? sign(null, Buffer.from(input), key).toString('base64url')
    : createSign('SHA256').update(input).sign({ key, dsaEncoding: 'ieee-p1363' }, 'base64url');
