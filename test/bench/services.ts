import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createInbox } from '../../infra/local/inbox.ts';
import type { Message } from '../../lib/sms/sender.ts';
import { createKms } from '../packaged/standIns.ts';
import { startDoor } from '../support/rounds.ts';
import type { Stage } from './stage.ts';

const ENDPOINTS = [
  'AWS_ENDPOINT_URL_DYNAMODB',
  'AWS_ENDPOINT_URL_KMS',
  'AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2',
] as const;

/** What functions need besides the stage to hash codes, to sign and to send. */
const settingsOf = ({ environment }: Stage) => ({
  CODE_KEY_ID: 'code-key',
  SMS_ORIGIN_HOST: 'example.com',
  SMS_COUNTRIES: 'all',
  SMS_ORIGINATION_IDENTITY: `arn:aws:sms-voice:${environment.AWS_REGION}:000000000000:pool/pool-1`,
});

/** What functions that answer checks with a proof need besides. */
export const PROVING = { PROOF_ISSUER: 'https://proofs.example', PROOF_KEY_ID: 'proof-key' } as const;

/** Starts the door to DynamoDB and to stand-ins of KMS and of the SMS service, and an inbox for what is sent. */
export const startServices = async (stage: Stage) => {
  const inbox = createInbox();
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signingKey = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
  const door = await startDoor({
    dynamoDb: stage.engine,
    kms: createKms(randomBytes(32).toString('base64'), signingKey),
    sms: async (_, { DestinationPhoneNumber, MessageBody }) => {
      inbox.receive({ to: DestinationPhoneNumber, body: MessageBody } as Message);
      return { status: 200, body: { MessageId: 'message' } };
    },
  });
  const endpoints = Object.fromEntries(ENDPOINTS.map((name) => [name, door.url]));
  return {
    inbox,
    door,
    /** The environment of a function that uses them. */
    environment: { ...stage.environment, ...settingsOf(stage), ...endpoints } as Readonly<Record<string, string>>,
  };
};

export type Services = Awaited<ReturnType<typeof startServices>>;

/** Lets the clients of this process use the services while some work is done. */
export const within = async <Result>({ environment }: Services, work: () => Promise<Result>): Promise<Result> => {
  const before = ENDPOINTS.map((name) => [name, process.env[name]] as const);
  for (const name of ENDPOINTS) process.env[name] = environment[name];
  try {
    return await work();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
};
