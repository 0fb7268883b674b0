import { request as requestSecurely, Agent as SecureAgent } from 'node:https';
import { urlToHttpOptions } from 'node:url';
import { type Answer, exchange, type Limits } from '../../../lib/auth/exchange.ts';

/** Posts to an endpoint. Throws errors of the names and codes by which the SDK knows what may be tried again. */
export type Post = (
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal | undefined,
) => Promise<Answer>;

/** A way to one endpoint, by connections that are kept. */
export const createPost = (endpoint: URL, limits: Limits): Post => {
  const secure = { Agent: SecureAgent, request: requestSecurely };
  const { Agent, request } = endpoint.protocol === 'https:' ? secure : process.getBuiltinModule('node:http');
  const options = { ...urlToHttpOptions(endpoint), method: 'POST', agent: new Agent({ keepAlive: true }) };
  return async (headers, body, signal) => {
    if (signal?.aborted) throw Object.assign(new Error('The request was given up'), { name: 'AbortError' });
    return exchange(request, { ...options, headers, ...(signal && { signal }) }, body, limits);
  };
};
