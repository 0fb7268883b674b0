import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { createVerifier } from '../auth/accessToken.ts';
import { type Config, readConfig } from '../config/config.ts';
import { rehearsing } from '../http/deploy.ts';
import { type CallContext, RESERVE } from '../http/middleware.ts';
import { createResources } from '../http/perform.ts';
import { rehearse } from '../http/rehearsal.ts';
import { addOtpSms } from '../operations/operations.ts';
import { createPublisher } from '../telemetry/publisher.ts';
import { createMethods } from './methods.ts';
import { serveMethods } from './serve.ts';

/** A call that ends in the protocols' library, before anything of its body is looked at: it comes from nobody. */
const callOfNobody = (contentType: string) =>
  ({
    rawPath: `/${addOtpSms.service}/${addOtpSms.rpc}`,
    headers: { 'content-type': contentType },
    requestContext: { domainName: 'localhost', http: { method: 'POST', sourceIp: '' } },
  }) as unknown as APIGatewayProxyEventV2;

/** What the module of the function for RPC exports: its rehearsal takes a call through each protocol as well. */
export const deployRpc = (config: Config = readConfig()) => {
  const [verifier, resources] = [createVerifier(config.token), createResources(config)];
  const [methods, publish] = [createMethods(verifier, resources), createPublisher(config.env)];
  return rehearsing(serveMethods(methods, publish), async () => {
    const silent = serveMethods(methods, (report) => publish(report, () => {}));
    const context = { getRemainingTimeInMillis: () => RESERVE } as CallContext;
    const calls = ['application/json', 'application/grpc-web+proto'].map(callOfNobody);
    await Promise.allSettled([rehearse(verifier, resources, publish), ...calls.map((call) => silent(call, context))]);
  });
};
