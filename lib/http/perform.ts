import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Caller } from '../auth/accessToken.ts';
import { execute } from '../commands/execute.ts';
import type { Config } from '../config/config.ts';
import type { Resources } from '../operations/dependencies.ts';
import { readInput } from '../operations/fields.ts';
import type { Operation } from '../operations/operations.ts';
import { createDocumentClient } from '../storage/client.ts';
import { createAnswers } from '../storage/idempotencyRecords.ts';
import { createUserStore } from '../storage/userStore.ts';
import { header } from './headers.ts';
import { readIdempotencyKey } from './idempotencyKey.ts';
import { sourceAddress } from './sourceAddress.ts';

/** Carries out one operation: the body's fields in, the response message in its JSON form out. Throws the refusal. */
export type Perform = (
  event: APIGatewayProxyEventV2,
  caller: Caller,
  body: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
) => Promise<object>;

/** What the operations of a function are built from. */
export const createResources = (config: Config): Resources => ({
  client: createDocumentClient(),
  config,
  clock: () => new Date(),
  rehearsals: [],
});

/** How an operation is carried out, whatever protocol its request comes by. */
export const performing = (operation: Operation, resources: Resources): Perform => {
  const { client, config, clock } = resources;
  const execution = {
    store: createUserStore(client, config.table),
    answers: createAnswers(client, config.table),
    clock,
    plan: operation.plan(resources),
    answer: operation.answer,
  };
  return async (event, { userId, ...claims }, body, signal) => {
    const input = readInput(operation.fields ?? {}, body);
    const key = operation.reads ? undefined : header(event, 'idempotency-key');
    return execute(execution, {
      userId,
      input: input as never,
      context: { ...claims, editor: userId, policy: config.policy },
      sourceAddress: sourceAddress(event.requestContext.http.sourceIp),
      languages: header(event, 'accept-language'),
      stepUpProof: header(event, 'step-up-proof'),
      repeatable: readIdempotencyKey(key, userId, operation.rpc, input),
      signal,
    });
  };
};
