import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { createVerifier, type Verifier } from '../auth/accessToken.ts';
import { type Config, readConfig } from '../config/config.ts';
import { DomainError } from '../errors/errors.ts';
import type { Operation } from '../operations/operations.ts';
import { refuseGrpc } from '../rpc/grpc.ts';
import { createPublisher } from '../telemetry/publisher.ts';
import type { Publish } from '../telemetry/report.ts';
import { observing } from '../telemetry/requestStats.ts';
import { authenticate } from './authenticate.ts';
import { requestBody } from './body.ts';
import { errorToStatus } from './errorToStatus.ts';
import { type CallContext, RESERVE } from './middleware.ts';
import { createResources, type Perform, performing } from './perform.ts';
import { requestLog } from './requestLog.ts';
import { ok } from './response.ts';

/** The Lambda handler of an operation: verify the token, read the body, carry it out, answer. */
export const serve = (operation: Operation, config: Config = readConfig()) =>
  chain(
    operation,
    createVerifier(config.token),
    performing(operation, createResources(config)),
    createPublisher(config.env),
  );

/** The chain of a handler around what carries the operation out. */
export const chain = (operation: Operation, verifier: Pick<Verifier, 'verify'>, perform: Perform, publish: Publish) =>
  middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Error, CallContext>({
    timeoutEarlyInMillis: RESERVE,
    timeoutEarlyResponse: () => {
      throw new DomainError('STORAGE_UNAVAILABLE', { retryAfter: 1 });
    },
  })
    .use(requestLog(operation.rpc, publish))
    .use(refuseGrpc())
    .use(errorToStatus())
    .use(authenticate(verifier))
    .use(requestBody(operation.fields ?? {}))
    .handler(async (event, { observation, caller }, { signal }) => {
      const body = event.body as unknown as Record<string, unknown>;
      return ok(await observing(observation, () => perform(event, caller, body, signal)));
    });
