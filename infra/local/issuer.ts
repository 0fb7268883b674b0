import { randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';

/** What a token is asked for with. */
export type TokenRequest = {
  readonly sub: string;
  readonly resourceOwner?: string;
  /** Seconds. */
  readonly expiresIn?: number;
  /** Any claims; they win over the usual ones, so that bad tokens can be made as well. */
  readonly claims?: Readonly<Record<string, unknown>>;
};

/** An OpenID Connect issuer with a signing key made at start. */
export type Issuer = {
  readonly url: string;
  readonly audience: string;
  readonly jwks: { readonly keys: JWK[] };
  token(request: TokenRequest): Promise<string>;
};

/** The audience of the tokens that the development issuer makes. */
const AUDIENCE = 'otp-sms-factor';

/** Seconds a token lives when nothing else is asked for. */
export const DEFAULT_LIFE_SECONDS = 3_600;

const ALGORITHM = 'RS256';

/** Makes an issuer; RS256, as most identity providers sign. */
export const createIssuer = async (url: string, audience = AUDIENCE): Promise<Issuer> => {
  const { publicKey, privateKey } = await generateKeyPair(ALGORITHM);
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return {
    url,
    audience,
    jwks: { keys: [{ ...jwk, kid, alg: ALGORITHM, use: 'sig' }] },
    token({ sub, resourceOwner, expiresIn = DEFAULT_LIFE_SECONDS, claims }) {
      const now = Math.floor(Date.now() / 1000);
      const payload: JWTPayload = {
        iss: url,
        aud: audience,
        sub,
        iat: now,
        exp: now + expiresIn,
        jti: randomUUID(),
        client_id: 'development',
        ...(resourceOwner !== undefined && { 'urn:zitadel:iam:user:resourceowner:id': resourceOwner }),
        ...claims,
      };
      return new SignJWT(payload).setProtectedHeader({ alg: ALGORITHM, kid, typ: 'at+jwt' }).sign(privateKey);
    },
  };
};
