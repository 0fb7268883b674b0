import type { JwtPayload } from 'aws-jwt-verify/jwt-model';
import type { TokenRules } from '../config/config.ts';
import { PERMISSIONS, type Permission, type ServiceRules } from '../config/services.ts';
import { scopesOf } from './accessTokenKind.ts';
import type { ServiceCaller } from './callers.ts';

/**
 * The service that a token speaks for; none where its subject is not named as one, or it has none of the permissions. A
 * scope alone makes no service: many providers give any scope to any application, and so to its users.
 */
export const serviceOf = (payload: JwtPayload, rules: TokenRules): ServiceCaller | undefined => {
  const { services, ownerClaim, defaultOwner } = rules;
  const subject = payload.sub as string;
  if (!services || !isNamed(subject, services)) return undefined;
  const permissions = permissionsOf(payload, services);
  if (permissions.length === 0) return undefined;
  if (services.allOwners.includes(subject)) return { kind: 'service', subject, permissions };
  const claimedOwner = (payload[ownerClaim] ?? undefined) as string | undefined;
  return {
    kind: 'service',
    subject,
    permissions,
    owner: claimedOwner ?? defaultOwner,
    ...(claimedOwner !== undefined && { claimedOwner }),
  };
};

const isNamed = (subject: string, { subjects }: ServiceRules): boolean =>
  subjects === '*' || subjects.includes(subject);

/** WRITE includes the others. */
const permissionsOf = (payload: JwtPayload, { scopes }: ServiceRules): readonly Permission[] => {
  const names = [...scopesOf(payload), ...[payload.roles].flat()];
  const given = PERMISSIONS.filter((permission) => scopes[permission] !== null && names.includes(scopes[permission]));
  return given.includes('WRITE') ? PERMISSIONS : given;
};
