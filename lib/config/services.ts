import { type Environment, list, scope } from './env.ts';
import { SettingError } from './settingError.ts';

/** What a service may be let do to users by their ids; WRITE includes the others. */
export const PERMISSIONS = ['CHALLENGE', 'READ', 'WRITE'] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** Which access tokens are those of services, and what those may do. */
export type ServiceRules = {
  /** The subjects of their tokens, or all that have a permission. */
  readonly subjects: readonly string[] | '*';
  /** The scope that gives each permission; without one nobody has it. */
  readonly scopes: { readonly [P in Permission]: string | null };
  /** Those that act for the users of all owners. */
  readonly allOwners: readonly string[];
};

/**
 * Reads who are services, or `null` where nobody is: their doors are shut until they are named. Throws with the name of
 * the variable and what to set it to.
 */
export const readServiceRules = (env: Environment): ServiceRules | null => {
  const named = list(env, 'SERVICE_SUBJECTS');
  const scopes = {
    CHALLENGE: scope(env, 'SERVICE_SCOPE_CHALLENGE'),
    READ: scope(env, 'SERVICE_SCOPE_READ'),
    WRITE: scope(env, 'SERVICE_SCOPE_WRITE'),
  };
  const allOwners = list(env, 'SERVICE_ALL_OWNERS') ?? [];
  const given = PERMISSIONS.filter((permission) => scopes[permission] !== null);
  if (named === null) {
    if (given.length + allOwners.length === 0) return null;
    throw new SettingError('SERVICE_SUBJECTS', ': the `sub` of each service that may act for users, or *');
  }
  const twice = given.find((each) => given.some((other) => other !== each && scopes[other] === scopes[each]));
  if (twice) throw new SettingError(`SERVICE_SCOPE_${twice}`, ' to a scope of its own: another permission has it');
  if (named.length > 1 && named.includes('*')) {
    throw new SettingError('SERVICE_SUBJECTS', ' to * alone, or to the `sub` of each service');
  }
  const subjects = named[0] === '*' ? '*' : named;
  const stranger = allOwners.find((subject) => subjects !== '*' && !subjects.includes(subject));
  if (stranger !== undefined) {
    throw new SettingError('SERVICE_ALL_OWNERS', ` to some of SERVICE_SUBJECTS, not "${stranger}"`);
  }
  return { subjects, scopes, allOwners };
};
