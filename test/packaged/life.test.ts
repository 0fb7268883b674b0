import type { JsonObject } from '@bufbuild/protobuf';
import { expect, it } from 'vitest';
import { OPERATIONS } from '../../lib/operations/index.ts';
import { bearer, configFor, httpEvent, lambdaContext, someone, startIssuer } from '../support/api.ts';
import type { EveryName } from '../support/operations.ts';
import { FUNCTION_NAMES } from '../support/package.ts';
import {
  codeFor,
  createApi,
  enrol,
  type Name,
  type Person,
  prove,
  skip,
  somePhone,
  stopClock,
  wrong,
} from '../support/person.ts';
import { servicesOf } from '../support/services.ts';
import { speakersOf } from '../support/speakers.ts';
import { STEP_UP } from '../support/stepUp.ts';
import { supporterOf } from '../support/supporter.ts';
import { unzippedService } from './artefact.ts';
import { deployedFunction } from './environment.ts';
import { packagedFunction, theGate } from './functions.ts';

stopClock();
const issuer = await startIssuer();
const config = configFor(issuer, STEP_UP);

/** Where verifiers of proofs find the keys. */
const keySet = packagedFunction('jwks', config.env);

/** Calls an operation as one user; every answer must be 200. */
type Call = (name: Name, body?: JsonObject, headers?: Record<string, string>) => Promise<JsonObject>;

/** All that a user does with the service, from the first phone to the last. */
const live = async (call: Call): Promise<void> => {
  const [phone, other] = [somePhone(), somePhone()];
  const code = (number = phone) => ({ code: codeFor(number) });
  const proven = async (number = phone) => {
    await call('challengeOtpSms', { purpose: 'PURPOSE_STEP_UP' }, once());
    const { proof } = await call('checkOtpSms', code(number), once());
    return { 'step-up-proof': String(proof), ...once() };
  };

  await call('setPhone', { phone }, once());
  skip(3_600);
  await call('resendPhoneVerification', {}, once());
  await call('verifyPhone', code(), once());
  await call('addOtpSms', {}, once());
  expect(await call('listAuthFactors')).toMatchObject({ result: [{ state: 'AUTH_FACTOR_STATE_READY' }] });
  expect(await call('getPhone')).toMatchObject({ phone: { phone, isPhoneVerified: true } });

  await call('setPhone', { phone: other }, await proven());
  skip(3_600);
  await call('resendPhoneVerification', {}, await proven());
  await call('setPhone', { phone }, once());
  await call('removeOtpSms', {}, await proven());

  skip(86_400);
  await call('setPhone', { phone: other });
  await call('addOtpSms');
  await call('verifyPhone', code(other), await proven());
  await call('removePhone', {}, await proven(other));
  await call('setPhone', { phone });
  await call('removePhone');
};

let turn = 0;
/** An Idempotency-Key that was not used before: what is answered under one is kept. */
const once = () => ({ 'idempotency-key': `"${turn++}"` });

/** All that services do for users, by their ids. */
const serve = async (): Promise<void> => {
  const api = createApi(issuer, STEP_UP);
  const [me, newcomer, other] = [await api.person(), await api.person(), somePhone()];
  await enrol(me);
  skip(3_600);
  const call = servicesOf(issuer, STEP_UP);
  const serviced = async (name: EveryName, body: object = {}, { sub } = me, headers = once()) => {
    const answer = await call({ sub: 'everywhere', scope: 'otp:write' }, name, sub, body, headers);
    expect({ name, ...answer }).toMatchObject({ status: 200 });
    return answer.body;
  };
  const { challenge } = await serviced('challengeUserOtpSms');
  const { challengeId } = challenge as { challengeId: string };
  await serviced('checkUserOtpSms', { code: codeFor(me.phone), challengeId });
  const proven = async () => {
    await me.call('challengeOtpSms', { purpose: 'PURPOSE_STEP_UP' });
    const { body } = await me.call('checkOtpSms', { code: codeFor(me.phone) });
    return { 'step-up-proof': String(body.proof), ...once() };
  };
  await me.call('challengeOtpSms');
  await me.call('checkOtpSms', { code: wrong(codeFor(me.phone)) });
  await serviced('unlockUserOtpSms', { reason: 'lost' });
  await serviced('getUserOtpSms');
  await serviced('listUserEvents');

  // Users themselves need a proof.
  const own = (name: EveryName, body: object, headers: Record<string, string>) =>
    call({ sub: me.sub }, name, me.sub, body, headers);
  skip(86_400);
  expect(await own('setUserPhone', { phone: other }, await proven())).toMatchObject({ status: 200 });
  skip(86_400);
  expect(await own('resendUserPhoneCode', {}, await proven())).toMatchObject({ status: 200 });
  skip(60);
  const verification = { verificationCode: codeFor(other) };
  expect(await own('verifyUserPhone', verification, await proven())).toMatchObject({ status: 200 });
  await serviced('setUserPhone', { phone: somePhone(), isVerified: true });
  await serviced('setUserPhone', { phone: me.phone, isVerified: true });
  skip(86_400);
  expect(await own('removeUserOtpSms', {}, await proven())).toMatchObject({ status: 200 });
  await me.call('addOtpSms');
  skip(86_400);
  expect(await own('removeUserPhone', {}, await proven())).toMatchObject({ status: 200 });
  await serviced('setUserPhone', { phone: newcomer.phone, isVerified: true }, newcomer);
  await serviced('setUserPhone', { phone: other, isVerified: true }, newcomer);
  await serviced('removeUserPhone', {}, newcomer);
  await serviced('deleteUser', {}, newcomer);

  const third = await api.person();
  await serviced('setUserPhone', { phone: third.phone }, third);
  skip(3_600);
  await serviced('resendUserPhoneCode', {}, third);
  await serviced('verifyUserPhone', { verificationCode: codeFor(third.phone) }, third);
  await serviced('addUserOtpSms', {}, third);
  await serviced('listUserMethods', {}, third);
  await serviced('listUserFactors', {}, third);
  skip(3_600);
  await serviced('setUserPhone', { phone: somePhone(), returnCode: {} }, third);
  await serviced('setUserPhone', { phone: somePhone(), isVerified: true }, third);
  skip(3_600);
  const moved = await serviced('setUserPhone', { phone: newcomer.phone, returnCode: {} }, third);
  await serviced('verifyUserPhone', { verificationCode: String(moved.verificationCode) }, third);
};

/** All that operators do for users: one who is locked out, one who has lost the phone, one who has but a phone. */
const support = async (): Promise<void> => {
  const invoke = supporterOf(config);
  const [me, newcomer] = [await createApi(issuer, STEP_UP).person(), await createApi(issuer, STEP_UP).person()];
  const on = async ({ sub }: Person, action: string) => {
    const answer = await invoke({ action, userId: sub, operator: 'alice', reason: 'lost' });
    expect({ action, ...answer }).toMatchObject({ details: { sequence: expect.any(String) } });
  };
  await enrol(me);
  await me.call('challengeOtpSms');
  await me.call('checkOtpSms', { code: wrong(codeFor(me.phone)) });
  for (const action of ['unlock', 'removeFactor', 'removePhone', 'erase']) await on(me, action);
  await prove(newcomer);
  await on(newcomer, 'removePhone');
};

const overRest = async (): Promise<Call> => {
  const me = await createApi(issuer, STEP_UP).person();
  return async (name, body, headers) => {
    const answer = await me.call(name, body, headers);
    expect({ name, ...answer }).toMatchObject({ status: 200 });
    return answer.body as JsonObject;
  };
};

const overConnect = async (): Promise<Call> => {
  const speak = speakersOf(config).Connect;
  const token = await issuer.token({ sub: someone(), expiresIn: 30 * 86_400 });
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
  await serve();
  await support();
  const { body } = await keySet.handler(httpEvent('GET ', {}), lambdaContext());
  expect(JSON.parse(body ?? '').keys).toHaveLength(1);

  const artefact = await unzippedService();
  const granted = FUNCTION_NAMES.flatMap((name) =>
    deployedFunction(artefact, name, config).statements.flatMap(({ Action, Resource }) =>
      [Action].flat().flatMap((action) => [Resource].flat().map((resource) => `${name} ${action} ${resource}`)),
    ),
  ).filter((permission) => !/ (logs|xray):/.test(permission)); // are the runtime's to use
  expect([...new Set(gate.takePermissions())].sort()).toEqual(granted.sort());
  expect(gate.takeRefusals()).toEqual([]);
}, 180_000);
