import type { JwtHeader, JwtPayload } from 'aws-jwt-verify/jwt-model';
import { demand } from './tokenError.ts';

/** Claims by which an access token says what it allows; a list or a text. */
const GRANTS = ['scope', 'scp', 'permissions'] as const;

/** Claims that tie an ID token to what was issued with it (OpenID Connect Core, sections 3.1.3.6 and 3.3.2.11; FAPI 1.0). */
const HASHES = ['at_hash', 'c_hash', 's_hash'] as const;

/** RFC 7515, section 4.1.9: `application/` may be left out, and so may the whole. */
const mediaType = (typ: unknown): string =>
  String(typ ?? 'JWT')
    .toLowerCase()
    .replace(/^application\//, '');

/**
 * Throws a TokenError unless a token says that it is an access token. One that is typed does: by its header (RFC 9068),
 * by `typ` (Keycloak), `token_use` (Cognito) or `idtyp` (Entra ID), and what it carries beside that does not matter. What it allows says so
 * too, and the client it was issued to, unless it carries what only ID tokens do. A token that says nothing is refused.
 *
 * `demanded` is the type that every header must have, if any.
 */
export const assertAccessToken = (header: JwtHeader, payload: JwtPayload, demanded: 'at+jwt' | null): void => {
  const type = mediaType(header.typ);
  demand(type === 'at+jwt' || (type === 'jwt' && demanded === null), 'token_type');
  const [typ, use] = [payload.typ, payload.token_use].map((said) => (typeof said === 'string' ? said : undefined));
  demand(typ === undefined || typ.toLowerCase() === 'bearer', 'token_type');
  demand(use === undefined || use === 'access', 'token_use');
  if (type === 'at+jwt' || typ !== undefined || use !== undefined || payload.idtyp === 'app') return;

  const says = (claim: string) => (payload[claim] ?? undefined) !== undefined;
  const grants = GRANTS.some(says);
  demand(grants || says('client_id'), 'token_type');
  demand(!HASHES.some(says), 'token_use');
  // Some providers' access tokens carry the nonce of the sign-in as well, and ID tokens may name their client.
  demand(grants || !says('nonce'), 'token_use');
};

/** What a token allows, wherever it says so: a text holds several names, each element of a list is one. */
export const scopesOf = (payload: JwtPayload): readonly unknown[] =>
  GRANTS.flatMap((claim) => {
    const value: unknown = payload[claim];
    return typeof value === 'string' ? value.split(' ') : [value].flat();
  });
