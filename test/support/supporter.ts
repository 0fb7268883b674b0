import type { readConfig } from '../../lib/config/config.ts';
import { type JsonBody, lambdaContext } from './api.ts';
import { createSupportFunction } from './functions.ts';

/** Invokes the function without a route, as `aws lambda invoke` does. */
export const supporterOf = (config: ReturnType<typeof readConfig>) => {
  const invoke = createSupportFunction(config) as (payload: unknown, context: object) => Promise<object>;
  return async (payload: unknown): Promise<JsonBody> => (await invoke(payload, lambdaContext())) as JsonBody;
};
