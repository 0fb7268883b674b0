import { afterAll, beforeAll, vi } from 'vitest';
import { type Engine, startEngine } from '../../infra/local/engine.ts';

/** An engine of the test file's own, apart from the one of the whole run; its endpoint is known once tests run. */
export const useSecondEngine = (): (() => string) => {
  let engine: Engine;
  beforeAll(async () => {
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', undefined);
    engine = await startEngine();
    vi.unstubAllEnvs();
  });
  afterAll(() => engine.stop());
  return () => engine.endpoint;
};
