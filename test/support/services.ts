import type { Issuer } from '../../infra/local/issuer.ts';
import { type Answer, apiOf, bearer, configFor } from './api.ts';
import { EVERY_OPERATION, type EveryName } from './operations.ts';

/** The claim that names an organisation. */
export const OWNER = 'urn:zitadel:iam:user:resourceowner:id';

/** Services, and the scopes that give them permissions. */
export const SERVICES = {
  SERVICE_SUBJECTS: 'login,desk,both,everywhere',
  SERVICE_SCOPE_CHALLENGE: 'otp:challenge',
  SERVICE_SCOPE_READ: 'otp:read',
  SERVICE_SCOPE_WRITE: 'otp:write',
  SERVICE_ALL_OWNERS: 'everywhere',
};

/** Who calls: by a token with these claims. */
export type Claims = Readonly<Record<string, unknown>> & { readonly sub: string };

/** The API as services see it: each call by a token with the claims, to a user where the path names one. */
export const servicesOf = (issuer: Issuer, env: Record<string, string> = {}) => {
  const config = configFor(issuer, { ...SERVICES, ...env });
  const calls = new Map(Object.entries(EVERY_OPERATION).map(([name, each]) => [name, apiOf(each, config)]));
  return async (
    { sub, ...claims }: Claims,
    name: EveryName,
    userId: string,
    body: object = {},
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const token = await issuer.token({ sub, claims, expiresIn: 30 * 86_400 });
    const target = EVERY_OPERATION[name].http.includes('{user_id}') ? { userId } : {};
    const isRead = EVERY_OPERATION[name].http.startsWith('GET');
    const input = isRead ? { query: body as Record<string, string> } : { body: JSON.stringify(body) };
    const request = { headers: { ...bearer(token), ...headers }, ...input, ...target };
    return (await calls.get(name)?.(request)) as Answer;
  };
};
