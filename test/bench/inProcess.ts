import { type Config, readConfig } from '../../lib/config/config.ts';
import { createFunction } from '../../lib/http/createFunction.ts';
import { OPERATIONS } from '../../lib/operations/index.ts';
import type { Invoke } from './callers.ts';
import type { Services } from './services.ts';
import type { Stage } from './stage.ts';

/** Every function of the API in this process. */
export const functionsOf = (
  { issuer }: Stage,
  { environment }: Services,
  settings: Readonly<Record<string, string>>,
): Invoke => {
  const config: Config = readConfig({ ...environment, JWKS: JSON.stringify(issuer.jwks), ...settings });
  const handlers = Object.fromEntries(
    Object.entries(OPERATIONS).map(([name, operation]) => [name, createFunction(operation, config).handler]),
  );
  return async (name, event) => {
    const began = performance.now();
    const limit = { awsRequestId: 'bench', getRemainingTimeInMillis: () => 10_000 - (performance.now() - began) };
    return (await handlers[name]?.(event as never, limit as never)) ?? {};
  };
};
