import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Verifier } from '../auth/accessToken.ts';
import { deciding } from '../commands/plan.ts';
import { accept } from '../domain/decision.ts';
import type { Resources } from '../operations/dependencies.ts';
import type { Operation } from '../operations/operations.ts';
import type { Publish } from '../telemetry/report.ts';
import { performing } from './perform.ts';
import { chain } from './serve.ts';

/** Milliseconds that a start may take longer: two fetches that hang are over by then, and Lambda gives ten seconds. */
const LIMIT = 3_500;

/** Somebody no token can speak for: an empty subject. Its phone is one to be taken over, so that something is written. */
const NOBODY = { userId: '', claimedPhone: '+1' };

const REHEARSAL: Operation = {
  service: 'zitadel.auth.v1.AuthService',
  rpc: 'Rehearsal',
  http: 'POST /',
  plan: () => deciding(() => accept()),
  answer: () => ({}),
};

/**
 * Does beforehand what is slow the first time: fetches the signing keys, opens the connection to the database by reading
 * a user who is not there and the one to the key for codes by hashing something, and takes a request through the whole
 * chain. Nothing is written, sent or logged.
 *
 * Never fails and never takes long: what does not work now is told by the request that needs it.
 */
export const rehearse = async (verifier: Verifier, resources: Resources, publish: Publish): Promise<void> => {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, LIMIT);
  const all = Promise.allSettled([
    verifier.rehearse(),
    ...resources.rehearsals.map((rehearsal) => rehearsal()),
    request(resources, publish),
  ]);
  await Promise.race([all, over]);
  clearTimeout(timer);
};

const request = async (resources: Resources, publish: Publish): Promise<void> => {
  const perform = performing(REHEARSAL, { ...resources, client: reading(resources.client) });
  const verifier = { verify: async () => NOBODY };
  const handler = chain(REHEARSAL, verifier, perform, (report) => publish(report, () => {}));
  const event = { headers: {}, requestContext: { http: { sourceIp: '' } } };
  await handler(event as never, { getRemainingTimeInMillis: () => LIMIT } as never);
};

/**
 * Sends queries, and nothing else: everything that writes is marshalled and signed, then given up before it is sent, and
 * seems to have been carried out.
 */
const reading = (client: DynamoDBDocumentClient) =>
  ({
    send: (command: QueryCommand, options: object) =>
      command instanceof QueryCommand
        ? client.send(command, options)
        : client.send(command, { abortSignal: AbortSignal.abort() }).catch(() => ({})),
  }) as unknown as DynamoDBDocumentClient;
