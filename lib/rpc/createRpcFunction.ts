import { createVerifier } from '../auth/accessToken.ts';
import { type Config, readConfig } from '../config/config.ts';
import { createHandler } from '../http/createFunction.ts';
import { RESERVE_MS } from '../http/deadline.ts';
import { contextOfNobody, eventOfNobody } from '../http/requestOfNobody.ts';
import { warmUp, withWarmUp } from '../http/warmUp.ts';
import { addOtpSms } from '../operations/addOtpSms.ts';
import { createDependencies } from '../operations/dependencies.ts';
import { createPublisher } from '../telemetry/publisher.ts';
import { logStart } from '../telemetry/startLog.ts';
import { createMethods } from './methods.ts';
import { createRpcHandler } from './rpcHandler.ts';

/** A call that ends in the protocols' library, before anything of its body is looked at: it comes from nobody. */
const callOfNobody = (contentType: string) =>
  eventOfNobody(`/${addOtpSms.service}/${addOtpSms.rpc}`, { 'content-type': contentType });

/** What the module of the function for RPC exports: its warm-up takes a call through each protocol as well. */
export const createRpcFunction = (config: Config = readConfig()) => {
  const [verifier, dependencies] = [createVerifier(config.token), createDependencies(config)];
  const [methods, publish] = [createMethods(verifier, dependencies), createPublisher(config.env)];
  logStart(config);
  return withWarmUp(createRpcHandler(methods, publish), async () => {
    const silent = createRpcHandler(methods, (report) => publish(report, () => {}));
    const calls = ['application/json', 'application/grpc-web+proto'].map(callOfNobody);
    await Promise.allSettled([
      warmUp(verifier, dependencies, publish, createHandler),
      ...calls.map((call) => silent(call, contextOfNobody(RESERVE_MS))),
    ]);
  });
};
