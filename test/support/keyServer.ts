import { createServer, type RequestListener } from 'node:http';
import { afterAll } from 'vitest';
import { freePort, LOOPBACK } from '../../infra/local/ports.ts';
import { DEFAULT_OWNER } from '../../infra/local/users.ts';
import { readConfig } from '../../lib/config/config.ts';
import { fromSetup } from './environment.ts';
import { AUDIENCE, type SigningKey } from './tokens.ts';

/** An identity provider's key server that can be made to fail. */
export type KeyServer = {
  /** The issuer whose keys it serves. */
  readonly url: string;
  /** How many requests have come. */
  readonly fetches: () => number;
  /** Publishes these keys from now on. */
  readonly publish: (...keys: SigningKey[]) => void;
  /** IdempotencyRecords every request like this from now on. */
  readonly answer: (listener: RequestListener) => void;
  /** Listens no more. */
  readonly goDown: () => Promise<void>;
  /** Listens at the same port as before. */
  readonly comeBack: () => Promise<void>;
};

/** Starts a key server on a real socket; it ends with the test file. */
export const startKeyServer = async (...keys: SigningKey[]): Promise<KeyServer> => {
  const port = await freePort();
  let listener: RequestListener;
  let fetches = 0;
  const server = createServer((request, response) => {
    fetches += 1;
    listener(request, response);
  });
  const keyServer: KeyServer = {
    url: `http://${LOOPBACK}:${port}`,
    fetches: () => fetches,
    publish(...published) {
      const body = JSON.stringify({ keys: published.map(({ jwk }) => jwk) });
      listener = (_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end(body);
    },
    answer(other) {
      listener = other;
    },
    goDown: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
    comeBack: () => new Promise((resolve) => server.listen(port, LOOPBACK, () => resolve())),
  };
  keyServer.publish(...keys);
  await keyServer.comeBack();
  afterAll(keyServer.goDown);
  return keyServer;
};

/** The configuration of a function that trusts the issuer at the URL; further variables win, an empty one is none. */
export const configOf = ({ url }: { readonly url: string }, env: Record<string, string> = {}) =>
  readConfig({
    TABLE_NAME: fromSetup('TABLE_NAME'),
    TOKEN_ISSUER: url,
    TOKEN_AUDIENCE: AUDIENCE,
    DEFAULT_RESOURCE_OWNER: DEFAULT_OWNER,
    STEP_UP_AMR_VALUES: 'mfa',
    ...env,
  });
