import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { LOCAL_CREDENTIALS, startEngine } from './engine.ts';
import { createInbox } from './inbox.ts';
import { createIssuer, type Issuer } from './issuer.ts';
import { LOOPBACK } from './ports.ts';
import { serveDevelopment } from './server.ts';
import { createTable } from './table.ts';
import { createUsers, DEFAULT_OWNER } from './users.ts';

/** The stand-in for the cloud, ready to be called. */
export type Stack = {
  readonly issuer: Issuer;
  /** The environment of a function that runs on this stack. */
  readonly environment: Readonly<Record<string, string>>;
};

/** The table's name in the stage `local`. */
const TABLE = 'otp-sms-factor-local';

/** The user that is there from the start. */
export const SAMPLE = { sub: 'sample-user', phone: '+41791234567' };

/** Settings of a deployment that would contradict the development issuer, wherever they come from: `.env` as well. */
const NOT_DEPLOYED = {
  TOKEN_CLIENT_ID: '',
  JWKS_URI: '',
  JWKS: '',
  TOKEN_ALGORITHMS: '',
  TOKEN_TYPE: '',
  REQUIRED_SCOPE: '',
  RESOURCE_OWNER_CLAIM: '',
  PROOF_AUDIENCE: '',
  STEP_UP: '',
  STEP_UP_ACR_VALUES: '',
  STEP_UP_AMR_VALUES: '',
};

/** Codes go to the inbox, to any country; one machine plays all users, who need not wait long for the next code. */
const SENDING = {
  SMS_ORIGIN_HOST: 'localhost',
  SMS_COUNTRIES: 'all',
  SMS_BUDGET_NUMBER: '100',
  SMS_BUDGET_LOGIN_NUMBER: '1000',
  SMS_BUDGET_ADDRESS: '1000000',
  SMS_BUDGET_COUNTRY: '1000000',
  SMS_BUDGET_COUNTRY_DAY: '1000000',
  SMS_BUDGET_SERVICE: '1000000',
  SMS_BUDGET_SERVICE_DAY: '1000000',
  SMS_BUDGET_CALLER: '1000000',
  RESEND_WAIT_SECONDS: '1',
};

/** Services that act for users: `POST /token` gives tokens in their names, with these scopes as a claim. */
const SERVICES = {
  SERVICE_SUBJECTS: 'login-service,help-desk',
  SERVICE_SCOPE_CHALLENGE: 'otp:challenge',
  SERVICE_SCOPE_READ: 'otp:read',
  SERVICE_SCOPE_WRITE: 'otp:write',
  SERVICE_ALL_OWNERS: '',
};

/** Metrics are for CloudWatch; a developer reads one line for each request. */
const LOG_ONLY = { POWERTOOLS_METRICS_DISABLED: 'true' };

/**
 * Starts the DynamoDB engine with its table, and the development server with a sample user, until the process ends; the
 * API is to answer at the other port.
 */
export const startStack = async (devPort: number, apiPort: number): Promise<Stack> => {
  const apiUrl = `http://${LOOPBACK}:${apiPort}`;
  const { endpoint } = await startEngine();
  const issuer = await createIssuer(`http://${LOOPBACK}:${devPort}`);
  const environment = {
    ...LOCAL_CREDENTIALS,
    ...NOT_DEPLOYED,
    ...SENDING,
    ...SERVICES,
    ...LOG_ONLY,
    SMS_INBOX_URL: `${issuer.url}/messages`,
    PROOF_ISSUER: apiUrl,
    PROOF_KEY: newSigningKey(),
    CODE_KEY: randomBytes(32).toString('base64'),
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    TABLE_NAME: TABLE,
    TOKEN_ISSUER: issuer.url,
    TOKEN_AUDIENCE: issuer.audience,
    DEFAULT_RESOURCE_OWNER: DEFAULT_OWNER,
  };
  Object.assign(process.env, environment);
  await createTable(endpoint, TABLE);
  const users = createUsers(TABLE);
  await users.put(SAMPLE.sub, { phone: SAMPLE.phone, verified: true });
  await serveDevelopment({ issuer, users, inbox: createInbox(), apiUrl }, devPort);
  return { issuer, environment };
};

const newSigningKey = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .privateKey.export({ format: 'der', type: 'pkcs8' })
    .toString('base64');
