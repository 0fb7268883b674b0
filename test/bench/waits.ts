import { generateKeyPairSync, randomBytes, randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { createInbox } from '../../infra/local/inbox.ts';
import { readConfig } from '../../lib/config/config.ts';
import { createFunction } from '../../lib/http/createFunction.ts';
import { OPERATIONS } from '../../lib/operations/index.ts';
import type { Message } from '../../lib/sms/sender.ts';
import { createKms } from '../packaged/standIns.ts';
import { type Service, startDoor } from '../support/rounds.ts';
import { type Caller, WAITS } from '../support/waits.ts';
import type { Bench, Section } from './bench.ts';
import { silenceLog } from './silenceLog.ts';
import type { Stage } from './stage.ts';
import { median } from './statistics.ts';

/** Milliseconds that an answer of each service takes in the cloud. */
const ANSWER_MS: Readonly<Record<Service, number>> = { DynamoDB: 5, KMS: 15, SMS: 150 };

/** Milliseconds until the next message may be sent. */
const RESEND_WAIT_MS = 1_100;

const SERVICES = {
  AWS_ENDPOINT_URL_DYNAMODB: '',
  AWS_ENDPOINT_URL_KMS: '',
  AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2: '',
};

/** How many answers of other services each operation waits for one after the other, which is what a user waits for. */
export const measureWaits = async ({ stage, noise, quick }: Bench): Promise<Section> => {
  const inbox = createInbox();
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const door = await startDoor({
    dynamoDb: stage.engine,
    kms: createKms(
      randomBytes(32).toString('base64'),
      privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
    ),
    sms: async (_, { DestinationPhoneNumber, MessageBody }) => {
      inbox.receive({ to: DestinationPhoneNumber, body: MessageBody } as Message);
      return { status: 200, body: { MessageId: 'message' } };
    },
  });
  const before = Object.fromEntries(Object.keys(SERVICES).map((name) => [name, process.env[name]]));
  for (const name of Object.keys(SERVICES)) process.env[name] = door.url;
  const speak = silenceLog();

  const callers = { true: callersOf(stage, inbox, true), false: callersOf(stage, inbox, false) };
  const rows: [string, ...number[]][] = [];
  for (const { title, waits, proof, prepare } of WAITS) {
    noise.probe();
    const create = callers[`${proof}`];
    const prepared = () => create().then(prepare);
    await (await prepared())(); // opens connections and derives keys, as a function's warm-up does
    const { rounds } = await door.inRounds(await prepared());
    const times: number[] = [];
    for (let run = 0; run < (quick ? 1 : 5); run++) {
      const request = await prepared();
      const start = performance.now();
      await door.delayed(ANSWER_MS, request);
      times.push(performance.now() - start);
    }
    const awaited = rounds.map((round) => Math.max(...round.map((service) => ANSWER_MS[service])));
    rows.push([title, rounds.length, waits, awaited.reduce((sum, ms) => sum + ms, 0), median(times)]);
  }

  speak();
  door.close();
  for (const [name, value] of Object.entries(before)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  return {
    title: `Answers awaited in a row (DynamoDB ${ANSWER_MS.DynamoDB} ms, KMS ${ANSWER_MS.KMS} ms, SMS ${ANSWER_MS.SMS} ms)`,
    columns: ['in a row', 'goal', 'ms of waiting', 'measured ms'],
    rows,
    figures: rows.map(([title, value = Number.NaN, atMost = Number.NaN]) => ({
      name: `answers in a row: ${title}`,
      value,
      unit: '',
      goal: { atMost },
    })),
  };
};

/** Makes somebody new, who calls the functions of this process, each with an address of its own. */
const callersOf = ({ issuer, environment }: Stage, inbox: ReturnType<typeof createInbox>, proof: boolean) => {
  const config = readConfig({
    ...environment,
    JWKS: JSON.stringify(issuer.jwks),
    CODE_KEY_ID: 'code-key',
    SMS_ORIGIN_HOST: 'example.com',
    SMS_COUNTRIES: 'all',
    SMS_ORIGINATION_IDENTITY: `arn:aws:sms-voice:${environment.AWS_REGION}:000000000000:pool/pool-1`,
    RESEND_WAIT_SECONDS: '1',
    ...(proof && { PROOF_ISSUER: 'https://proofs.example', PROOF_KEY_ID: 'proof-key' }),
  });
  const handlers = Object.fromEntries(
    Object.entries(OPERATIONS).map(([name, operation]) => [name, createFunction(operation, config).handler]),
  );
  return async (): Promise<Caller> => {
    const authorization = `Bearer ${await issuer.token({ sub: `user-${randomUUID()}` })}`;
    const phone = `+4915${String(randomInt(10 ** 9)).padStart(9, '0')}`;
    const sourceIp = `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`;
    return {
      phone,
      async call(name, body = {}, headers = {}) {
        const event = {
          version: '2.0',
          headers: { authorization, 'content-type': 'application/json', ...headers },
          requestContext: { requestId: randomUUID(), http: { method: 'POST', path: '/', sourceIp } },
          body: JSON.stringify(body),
          isBase64Encoded: false,
        };
        const context = { awsRequestId: 'bench', getRemainingTimeInMillis: () => 10_000 };
        const answer = await handlers[name]?.(event as never, context as never);
        const { statusCode = 0, body: text = '' } = answer as APIGatewayProxyStructuredResultV2;
        return { status: statusCode, body: JSON.parse(text) };
      },
      code: () => /#(\d+)$/.exec(inbox.messages(phone).at(-1)?.body ?? '')?.[1] ?? '',
      waitForNextMessage: () => sleep(RESEND_WAIT_MS),
    };
  };
};
