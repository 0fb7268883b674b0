import middy from '@middy/core';
import httpJsonBodyParser from '@middy/http-json-body-parser';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { createVerifier, type Verifier } from '../auth/accessToken.ts';
import { type Config, readConfig } from '../config/config.ts';
import { createDependencies } from '../operations/dependencies.ts';
import type { Operation } from '../operations/operation.ts';
import { refuseGrpc } from '../rpc/grpc.ts';
import { createPublisher } from '../telemetry/publisher.ts';
import type { Publish } from '../telemetry/report.ts';
import { withRequestStats } from '../telemetry/requestStats.ts';
import { logStart } from '../telemetry/startLog.ts';
import { authenticate } from './authenticate.ts';
import { RESERVE_MS, refuseAfterGrace } from './deadline.ts';
import { errorToStatus } from './errorToStatus.ts';
import { jsonObject, jsonText } from './jsonBody.ts';
import type { CallContext } from './middleware.ts';
import { createOperationHandler, type OperationHandler } from './operationHandler.ts';
import { requestLog } from './requestLog.ts';
import { ok } from './response.ts';
import { warmUp, withWarmUp } from './warmUp.ts';

/**
 * What the module of an operation's function exports: its handler, and a `then` for which Lambda's runtime waits while
 * the function warms up ({@link withWarmUp}).
 */
export const createFunction = (operation: Operation, config: Config = readConfig()) => {
  const [verifier, dependencies] = [createVerifier(config.token), createDependencies(config)];
  const publish = createPublisher(config.env);
  logStart(config);
  const handler = createHandler(operation, verifier, createOperationHandler(operation, dependencies), publish);
  return withWarmUp(handler, () => warmUp(verifier, dependencies, publish, createHandler));
};

/** The Lambda handler of an operation: verify the token, read the body, carry it out, answer. */
export const createHandler = (
  operation: Operation,
  verifier: Pick<Verifier, 'verify'>,
  handle: OperationHandler,
  publish: Publish,
) =>
  middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Error, CallContext>({
    timeoutEarlyInMillis: RESERVE_MS,
    timeoutEarlyResponse: refuseAfterGrace,
  })
    .use(requestLog(operation.rpc, publish))
    .use(refuseGrpc())
    .use(errorToStatus())
    .use(authenticate(verifier, operation))
    .use(jsonText(operation.fields))
    .use(httpJsonBodyParser({ disableContentTypeCheck: true }))
    .handler(async (event, { stats, admitted }, { signal }) =>
      ok(await withRequestStats(stats, () => handle(event, admitted, jsonObject(event.body), signal))),
    );

/** Makes the handler of an operation. */
export type CreateHandler = typeof createHandler;
