import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { proofIssuer } from '../operations/dependencies.ts';
import { createPublisher } from '../telemetry/publisher.ts';
import { errorToStatus } from './errorToStatus.ts';
import type { CallContext } from './middleware.ts';
import { requestLog } from './requestLog.ts';

/** Seconds that a verifier may keep the key set. */
const MAX_AGE_SECONDS = 300;

/** The Lambda handler of the key set that verifies proofs; open to all, since every verifier reads it. */
export const serveKeySet = (env = process.env) => {
  const proofs = proofIssuer(env);
  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Error, CallContext>()
    .use(requestLog('KeySet', createPublisher(env)))
    .use(errorToStatus())
    .handler(async () => {
      const body = JSON.stringify(proofs ? await proofs.keySet() : { keys: [] });
      const headers = { 'content-type': 'application/json', 'cache-control': `public, max-age=${MAX_AGE_SECONDS}` };
      return { statusCode: 200, headers, body };
    });
};
