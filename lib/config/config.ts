import { ALGORITHM_NAMES } from '../auth/algorithms.ts';
import { readKeySet } from '../auth/jwks.ts';
import type { Policy } from '../domain/policy.ts';
import { type Environment, flag, list, optional, required, scope, secureUrl } from './env.ts';
import { readPolicy } from './policy.ts';
import { readServiceRules, type ServiceRules } from './services.ts';
import { SettingError } from './settingError.ts';

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
  /** Accepted algorithms of signatures. */
  readonly algorithms: readonly string[];
  /** The type that the header of every token must name: that of RFC 9068, or none. */
  readonly tokenType: 'at+jwt' | null;
  /** The scope that every token must have. */
  readonly scope: string | null;
  /** The claim that names the organisation that owns the user. */
  readonly ownerClaim: string;
  /** Whether a phone that the identity provider has verified counts as verified here. */
  readonly trustsPhone: boolean;
  /** Which tokens are those of services. */
  readonly services: ServiceRules | null;
  /** The owner of users, and of services, whose tokens name none. */
  readonly defaultOwner: string;
};

export type Config = {
  readonly table: string;
  readonly token: TokenRules;
  readonly policy: Policy;
  /** What the settings of parts that only some functions have are read from. */
  readonly env: Environment;
};

/**
 * Reads the configuration: the only place that looks at the environment.
 *
 * Throws at start, with a message that names the variable and what to set it to.
 */
export const readConfig = (env: Environment = process.env): Config => {
  const [table, token, policy] = [readTableName(env), readTokenRules(env), readPolicy(env)];
  return { table, token: { ...token, defaultOwner: policy.defaultOwner }, policy, env };
};

/** Reads where everything is kept. Throws with the name of the variable and what to set it to. */
export const readTableName = (env: Environment): string =>
  required(env, 'TABLE_NAME', 'the name of the DynamoDB table');

const readTokenRules = (env: Environment): Omit<TokenRules, 'defaultOwner'> => {
  const issuer = secureUrl(required(env, 'TOKEN_ISSUER', 'the issuer (`iss`) of the access tokens'), 'TOKEN_ISSUER');
  const audiences = list(env, 'TOKEN_AUDIENCE');
  const clientIds = list(env, 'TOKEN_CLIENT_ID');
  if ((audiences === null) === (clientIds === null)) {
    throw new SettingError(
      'TOKEN_AUDIENCE',
      ' (accepted `aud` values, separated by commas) or TOKEN_CLIENT_ID (accepted `client_id` values of Amazon Cognito), one of the two',
    );
  }
  return {
    issuer,
    audiences,
    clientIds,
    jwksUri: secureUrl(optional(env, 'JWKS_URI') ?? `${issuer.replace(/\/$/, '')}/.well-known/jwks.json`, 'JWKS_URI'),
    jwks: keySet(env, 'JWKS'),
    algorithms: readAlgorithms(env),
    tokenType: readTokenType(env),
    scope: scope(env, 'REQUIRED_SCOPE'),
    ownerClaim: optional(env, 'RESOURCE_OWNER_CLAIM') ?? 'urn:zitadel:iam:user:resourceowner:id',
    trustsPhone: flag(env, 'TRUST_PHONE_CLAIMS'),
    services: readServiceRules(env),
  };
};

const readAlgorithms = (env: Environment): readonly string[] => {
  const names = list(env, 'TOKEN_ALGORITHMS') ?? ALGORITHM_NAMES;
  const unknown = names.find((name) => !ALGORITHM_NAMES.includes(name));
  if (unknown === undefined) return names;
  throw new SettingError('TOKEN_ALGORITHMS', ` to some of ${ALGORITHM_NAMES.join(',')}, not "${unknown}"`);
};

const readTokenType = (env: Environment): TokenRules['tokenType'] => {
  const type = optional(env, 'TOKEN_TYPE');
  if (type === null || type === 'at+jwt') return type;
  throw new SettingError('TOKEN_TYPE', ` to at+jwt, or leave it out; not "${type}"`);
};

const keySet = (env: Environment, name: string): string | null => {
  const text = optional(env, name);
  if (text !== null && !readKeySet(text)?.keys.length) {
    throw new SettingError(
      name,
      ` to a JSON Web Key Set, {"keys":[…]} with keys that verify signatures, or leave it out`,
    );
  }
  return text;
};
