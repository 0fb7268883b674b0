import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { type Config, readConfig } from '../config.ts';
import { DomainError } from '../domain/errors.ts';
import { type Execution, execute } from '../execute.ts';
import { readInput } from '../input.ts';
import type { Operation } from '../operations.ts';
import { createAnswers } from '../storage/answers.ts';
import { createDocumentClient } from '../storage/client.ts';
import { createUserStore } from '../storage/userStore.ts';
import { createVerifier, type Verifier } from './accessToken.ts';
import { authenticate } from './authenticate.ts';
import { jsonBody } from './body.ts';
import type { CallContext, Middleware } from './chain.ts';
import { errorToStatus } from './errorToStatus.ts';
import { header } from './headers.ts';
import { readIdempotencyKey } from './idempotencyKey.ts';
import { requestLog } from './requestLog.ts';
import { ok } from './response.ts';
import { sourceAddress } from './sourceAddress.ts';

/** Milliseconds before the function's own time-out at which an answer is given all the same. */
const RESERVE = 500;

/** The Lambda handler of an operation: verify the token, read the body, carry it out, answer. */
export const serve = (operation: Operation, config: Config = readConfig()) =>
  chain(operation, config, connect(operation, config), requestLog(operation.rpc));

/** What an operation reaches out of the process with. */
export type Parts = { readonly verifier: Pick<Verifier, 'verify'>; readonly execution: Execution<never> };

/** Connects an operation to what the configuration names; nothing is called yet. */
export const connect = (operation: Operation, config: Config) => {
  const client = createDocumentClient();
  const clock = () => new Date();
  const execution = {
    store: createUserStore(client, config.table),
    answers: createAnswers(client, config.table),
    clock,
    plan: operation.plan({ client, config, clock }),
    answer: operation.answer,
  };
  return { verifier: createVerifier(config.token), execution } satisfies Parts;
};

/** The chain of a handler. */
export const chain = (
  operation: Pick<Operation, 'rpc' | 'fields' | 'reads'>,
  { policy }: Pick<Config, 'policy'>,
  { verifier, execution }: Parts,
  log: Middleware,
) =>
  middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Error, CallContext>({
    timeoutEarlyInMillis: RESERVE,
    timeoutEarlyResponse: () => {
      throw new DomainError('STORAGE_UNAVAILABLE', { retryAfter: 1 });
    },
  })
    .use(log)
    .use(errorToStatus())
    .use(authenticate(verifier))
    .use(jsonBody())
    .handler(async (event, { caller }, { signal }) => {
      const { userId, ...claims } = caller;
      const input = readInput(operation.fields ?? {}, event.body as unknown as Record<string, unknown>);
      const key = operation.reads ? undefined : header(event, 'idempotency-key');
      const message = await execute(execution, {
        userId,
        input: input as never,
        context: { ...claims, editor: userId, policy },
        sourceAddress: sourceAddress(event.requestContext.http.sourceIp),
        languages: header(event, 'accept-language'),
        repeatable: readIdempotencyKey(key, userId, operation.rpc, input),
        signal,
      });
      return ok(message);
    });
