import { once } from 'node:events';
import { LOCAL_CREDENTIALS, startEngine } from './engine.ts';
import { createIssuer, type Issuer } from './issuer.ts';
import { LOOPBACK } from './ports.ts';
import { serveDevelopment } from './server.ts';
import { createTable } from './table.ts';
import { createUsers, DEFAULT_OWNER, type Users } from './users.ts';

/** The stand-in for the cloud, ready to be called. */
export type Stack = {
  readonly issuer: Issuer;
  readonly users: Users;
  /** The environment of a function that runs on this stack. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
};

/** The table's name in the stage `local`. */
const TABLE = 'otp-sms-factor-local';

/** The user that is there from the start. */
export const SAMPLE = { sub: 'sample-user', phone: '+41791234567' };

/** Starts the DynamoDB engine with its table, and the development server with a sample user. */
export const startStack = async (devPort: number): Promise<Stack> => {
  const engine = await startEngine();
  try {
    const issuer = await createIssuer(`http://${LOOPBACK}:${devPort}`);
    const environment = {
      ...LOCAL_CREDENTIALS,
      AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
      TABLE_NAME: TABLE,
      TOKEN_ISSUER: issuer.url,
      TOKEN_AUDIENCE: issuer.audience,
      DEFAULT_RESOURCE_OWNER: DEFAULT_OWNER,
    };
    Object.assign(process.env, environment);
    await createTable(engine.endpoint, TABLE);
    const users = createUsers(TABLE);
    await users.put(SAMPLE.sub, { phone: SAMPLE.phone, verified: true });
    const server = await serveDevelopment({ issuer, users }, devPort);
    return {
      issuer,
      users,
      environment,
      async stop() {
        server.close();
        server.closeAllConnections();
        await Promise.all([once(server, 'close'), engine.stop()]);
      },
    };
  } catch (error) {
    await engine.stop();
    throw error;
  }
};
