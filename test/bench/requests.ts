import { randomUUID } from 'node:crypto';
import type { Issuer } from '../../infra/local/issuer.ts';

/** An event of API Gateway (payload format 2.0) with what the functions and their baselines look at. */
export type Request = ReturnType<typeof requestOf>;

const requestOf = (user: string, token: string) => ({
  version: '2.0',
  user,
  headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  requestContext: { requestId: randomUUID(), http: { method: 'POST', path: '/', sourceIp: '203.0.113.7' } },
  body: '{}',
  isBase64Encoded: false,
});

/** One request for each user, made beforehand: signing tokens is no part of what is measured. */
export const requestsFor = (issuer: Issuer, users: readonly string[]): Promise<Request[]> =>
  Promise.all(users.map(async (sub) => requestOf(sub, await issuer.token({ sub, expiresIn: 36_000 }))));

/** Hands out requests block by block. */
export const inBlocks = (requests: readonly Request[], size: number): (() => Request[]) => {
  let at = 0;
  return () => {
    at += size;
    return requests.slice(at - size, at);
  };
};
