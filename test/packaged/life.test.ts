import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { JsonObject } from '@bufbuild/protobuf';
import { afterAll, expect, it } from 'vitest';
import { freePort, LOOPBACK } from '../../infra/local/ports.ts';
import { OPERATIONS } from '../../lib/operations/index.ts';
import { bearer, configFor, httpEvent, lambdaContext, someone, startIssuer } from '../support/api.ts';
import { FUNCTION_NAMES } from '../support/package.ts';
import { codeFor, createApi, type Name, skip, somePhone, stopClock } from '../support/person.ts';
import { speakersOf } from '../support/speakers.ts';
import { unzippedService } from './artefact.ts';
import { deployedFunction } from './environment.ts';
import { packagedFunction, theGate } from './functions.ts';

stopClock();
const port = await freePort();
const issuer = await startIssuer();
const env = {
  PROOF_ISSUER: `http://${LOOPBACK}:${port}`,
  PROOF_KEY: generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .privateKey.export({ format: 'der', type: 'pkcs8' })
    .toString('base64'),
  STEP_UP: 'required',
};
const config = configFor(issuer, env);

/** Where verifiers of proofs, and the functions themselves, find the key set: at the packaged function for it. */
const keySet = packagedFunction('jwks', config.env);
const server = createServer(async (_, response) => {
  const { statusCode = 0, headers = {}, body } = await keySet.handler(httpEvent('GET ', {}), lambdaContext());
  response.writeHead(statusCode, headers as Record<string, string>).end(body);
});
await new Promise<void>((resolve) => server.listen(port, LOOPBACK, resolve));
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

/** Calls an operation as one user; every answer must be 200. */
type Call = (name: Name, body?: JsonObject, headers?: Record<string, string>) => Promise<JsonObject>;

/** All that a user does with the service, from the first phone to the last. */
const live = async (call: Call): Promise<void> => {
  const phone = somePhone();
  const code = () => ({ code: codeFor(phone) });
  const provenLogin = async () => {
    skip(3_600);
    await call('challengeOtpSms', {}, once());
    return { 'step-up-proof': String((await call('checkOtpSms', code(), once())).proof) };
  };

  await call('setPhone', { phone }, once());
  skip(3_600);
  await call('resendPhoneVerification', {}, once());
  await call('verifyPhone', code(), once());
  await call('addOtpSms', {}, once());
  expect(await call('listAuthFactors')).toMatchObject({ result: [{ state: 'AUTH_FACTOR_STATE_READY' }] });
  expect(await call('getPhone')).toMatchObject({ phone: { phone, isPhoneVerified: true } });
  await call('removeOtpSms', {}, { ...(await provenLogin()), ...once() });
  await call('addOtpSms');
  await call('removePhone', {}, { ...(await provenLogin()), ...once() });
};

let turn = 0;
/** An Idempotency-Key that was not used before: what is answered under one is kept. */
const once = () => ({ 'idempotency-key': `"${turn++}"` });

const overRest = async (): Promise<Call> => {
  const me = await createApi(issuer, env).person();
  return async (name, body, headers) => {
    const answer = await me.call(name, body, headers);
    expect({ name, ...answer }).toMatchObject({ status: 200 });
    return answer.body as JsonObject;
  };
};

const overConnect = async (): Promise<Call> => {
  const speak = speakersOf(config).Connect;
  const token = await issuer.token({ sub: someone(), expiresIn: 86_400 });
  return async (name, body = {}, headers = {}) => {
    const answer = await speak?.(OPERATIONS[name], { ...bearer(token), ...headers }, body);
    expect({ name, ...answer }).toMatchObject({ code: 0 });
    return answer?.said as JsonObject;
  };
};

it('goes all the way under the roles of the template, each of which grants what its function does and nothing else', async () => {
  const gate = await theGate();
  gate.takePermissions();
  await live(await overRest());
  await live(await overConnect());

  const artefact = await unzippedService();
  const granted = FUNCTION_NAMES.flatMap((name) =>
    deployedFunction(artefact, name, config).statements.flatMap(({ Action, Resource }) =>
      [Action].flat().flatMap((action) => [Resource].flat().map((resource) => `${name} ${action} ${resource}`)),
    ),
  ).filter((permission) => !/ (logs|xray):/.test(permission)); // are the runtime's to use
  expect([...new Set(gate.takePermissions())].sort()).toEqual(granted.sort());
  expect(gate.takeRefusals()).toEqual([]);
});
