import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls';
import { LOCAL_CREDENTIALS, startEngine } from '../../infra/local/engine.ts';
import { createIssuer, type Issuer } from '../../infra/local/issuer.ts';
import { LOOPBACK } from '../../infra/local/ports.ts';
import { createTable } from '../../infra/local/table.ts';
import { DEFAULT_OWNER } from '../../infra/local/users.ts';
import { createCertificate } from './certificate.ts';

/** What functions are measured on: a database and an issuer, both behind TLS as in the cloud. */
export type Stage = {
  readonly issuer: Issuer;
  /** Where bundles and certificates are put; gone with the stage. */
  readonly folder: string;
  /** DynamoDB without TLS, for what only prepares and looks. */
  readonly engine: string;
  readonly table: string;
  /** The environment of a function that runs here. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
};

const portOf = (server: Server | TlsServer): Promise<number> =>
  new Promise((resolve) => server.listen(0, LOOPBACK, () => resolve((server.address() as AddressInfo).port)));

/** Starts the stage with an empty table. This process is given its environment, with the database without TLS. */
export const startStage = async (): Promise<Stage> => {
  const engine = await startEngine();
  const { hostname, port } = new URL(engine.endpoint);
  const certificate = createCertificate();
  const folder = await mkdtemp(join(tmpdir(), 'otp-sms-factor-bench-'));
  const ca = join(folder, 'ca.pem');
  await writeFile(ca, certificate.cert);

  const database = createTlsServer(certificate, (socket) => {
    const inner = connect(Number(port), hostname).setNoDelay();
    socket.setNoDelay().pipe(inner).pipe(socket);
    socket.on('error', () => inner.destroy());
    inner.on('error', () => socket.destroy());
  });
  let issuer: Issuer | undefined;
  const keys = createServer(certificate, (_, response) => response.end(JSON.stringify(issuer?.jwks)));
  issuer = await createIssuer(`https://localhost:${await portOf(keys)}`);

  const table = `otp-sms-factor-bench-${randomUUID()}`;
  const environment = {
    ...LOCAL_CREDENTIALS,
    AWS_SESSION_TOKEN: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: `https://localhost:${await portOf(database)}`,
    NODE_EXTRA_CA_CERTS: ca,
    TABLE_NAME: table,
    TOKEN_ISSUER: issuer.url,
    TOKEN_AUDIENCE: issuer.audience,
    JWKS: '',
    DEFAULT_RESOURCE_OWNER: DEFAULT_OWNER,
    STEP_UP: 'off',
  };
  Object.assign(process.env, environment, { AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint });
  await createTable(engine.endpoint, table);
  return {
    issuer,
    folder,
    engine: engine.endpoint,
    table,
    environment,
    async stop() {
      database.close();
      keys.close();
      await engine.stop();
      await rm(folder, { recursive: true });
    },
  };
};
