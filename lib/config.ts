import { assertIsJwks } from 'aws-jwt-verify/jwk';

type Environment = Readonly<Record<string, string | undefined>>;

/** What an access token must be like. Each check that a deployment does without is an explicit `null`. */
export type TokenRules = {
  readonly issuer: string;
  /** Accepted `aud` values; `null` when tokens are told by `clientIds` instead. */
  readonly audiences: readonly string[] | null;
  /** Accepted `client_id` values of Amazon Cognito's access tokens, which carry no `aud`. */
  readonly clientIds: readonly string[] | null;
  /** Where the signing keys are fetched. */
  readonly jwksUri: string;
  /** A JSON Web Key Set to use instead of fetching one. */
  readonly jwks: string | null;
  /** The scope that every token must have. */
  readonly scope: string | null;
  /** The claim that names the organisation that owns the user. */
  readonly ownerClaim: string;
};

export type Config = {
  readonly table: string;
  readonly token: TokenRules;
  /** The owner of users whose tokens name none. */
  readonly defaultOwner: string;
};

/**
 * Reads the configuration: the only place that looks at the environment.
 *
 * Throws at start, with a message that names the variable and what to set it to.
 */
export const readConfig = (env: Environment = process.env): Config => ({
  table: required(env, 'TABLE_NAME', 'the name of the DynamoDB table'),
  token: readTokenRules(env),
  defaultOwner: required(env, 'DEFAULT_RESOURCE_OWNER', 'the organisation of users whose tokens name none'),
});

const readTokenRules = (env: Environment): TokenRules => {
  const issuer = url(required(env, 'TOKEN_ISSUER', 'the issuer (`iss`) of the access tokens'), 'TOKEN_ISSUER');
  const audiences = list(env, 'TOKEN_AUDIENCE');
  const clientIds = list(env, 'TOKEN_CLIENT_ID');
  if ((audiences === null) === (clientIds === null)) {
    throw new Error(
      'Set exactly one of TOKEN_AUDIENCE (accepted `aud` values, separated by commas) and TOKEN_CLIENT_ID (accepted `client_id` values of Amazon Cognito)',
    );
  }
  return {
    issuer,
    audiences,
    clientIds,
    jwksUri: url(optional(env, 'JWKS_URI') ?? `${issuer.replace(/\/$/, '')}/.well-known/jwks.json`, 'JWKS_URI'),
    jwks: keySet(env, 'JWKS'),
    scope: optional(env, 'REQUIRED_SCOPE'),
    ownerClaim: optional(env, 'RESOURCE_OWNER_CLAIM') ?? 'urn:zitadel:iam:user:resourceowner:id',
  };
};

const optional = (env: Environment, name: string): string | null => env[name]?.trim() || null;

const required = (env: Environment, name: string, meaning: string): string => {
  const value = optional(env, name);
  if (value === null) throw new Error(`Set ${name}: ${meaning}`);
  return value;
};

const list = (env: Environment, name: string): readonly string[] | null => {
  const values = (env[name] ?? '').split(',').flatMap((value) => value.trim() || []);
  return values.length > 0 ? values : null;
};

const keySet = (env: Environment, name: string): string | null => {
  const text = optional(env, name);
  if (text !== null && !hasNamedKey(text)) {
    throw new Error(`Set ${name} to a JSON Web Key Set, {"keys":[…]} with a \`kid\` in each key, or leave it out`);
  }
  return text;
};

const hasNamedKey = (text: string): boolean => {
  try {
    const jwks = JSON.parse(text);
    assertIsJwks(jwks);
    return jwks.keys.some(({ kid }) => kid);
  } catch {
    return false;
  }
};

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

const url = (value: string, name: string): string => {
  const parsed = URL.canParse(value) ? new URL(value) : undefined;
  const secure = parsed?.protocol === 'https:' || (parsed?.protocol === 'http:' && LOOPBACK.has(parsed.hostname));
  if (!secure) throw new Error(`Set ${name} to an https:// URL (http:// is for this machine only)`);
  return value;
};
