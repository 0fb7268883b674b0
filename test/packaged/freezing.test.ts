import { afterAll, expect, it } from 'vitest';
import { inbox, startIssuer } from '../support/api.ts';
import { codeFor, createApi, enrol, type Name, skip, stopClock } from '../support/person.ts';
import { startForgetfulProxy } from './forgetfulProxy.ts';
import { freeze, theGate } from './functions.ts';

/** Pauses, each with a request after it. */
const PAUSES = 20;

stopClock();
const issuer = await startIssuer();
const [aws, keys] = await Promise.all([startForgetfulProxy((await theGate()).url), startForgetfulProxy(issuer.url)]);
afterAll(() => {
  aws.close();
  keys.close();
});
const endpoints = {
  AWS_ENDPOINT_URL_DYNAMODB: aws.url,
  AWS_ENDPOINT_URL_KMS: aws.url,
  AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2: aws.url,
  JWKS_URI: `${keys.url}/.well-known/jwks.json`,
};
const { person } = createApi(issuer, { ...endpoints, SMS_BUDGET_USER: '100', SMS_BUDGET_NUMBER: '100' });

/** Seconds after which the next message may go out, and the signing keys are fetched again. */
const HOUR = 3_600;

/** The functions stand still, and their connections die meanwhile. Returns how many did. */
const pause = async (seconds: number): Promise<number> => {
  const frozen = await freeze();
  const forgotten = aws.forget() + keys.forget();
  skip(seconds);
  frozen.thaw();
  return forgotten;
};

it(`answers the first request after each of ${PAUSES} pauses, and sends each message once`, async () => {
  const me = await person();
  await enrol(me);
  const sent = () => inbox.messages(me.phone).length;
  const before = sent();
  let messages = 0;

  for (let turn = 0; turn < PAUSES / 2; turn++) {
    expect(await pause(HOUR)).toBeGreaterThan(0);
    expect(await me.call('challengeOtpSms')).toMatchObject({ status: 200 });
    messages += 1;
    expect(sent() - before).toBe(messages);

    const code = codeFor(me.phone);
    const name: Name = turn % 2 === 0 ? 'getPhone' : 'checkOtpSms';
    expect(await pause(60)).toBeGreaterThan(0);
    expect(await me.call(name, name === 'checkOtpSms' ? { code } : {})).toMatchObject({ status: 200 });
  }
});

it('answers after a pause when several connections were open at once before it', async () => {
  const thrifty = createApi(issuer, { ...endpoints, SMS_BUDGET_SERVICE: '1' });
  const [first, next] = [await thrifty.person(), await thrifty.person()];
  await first.call('setPhone', { phone: first.phone });
  // What was taken from the narrower budgets is given back, from all of them at once.
  const refused = () => next.call('setPhone', { phone: next.phone });
  expect(await refused()).toMatchObject({ status: 429 });
  for (let turn = 0; turn < 3; turn++) {
    expect(await pause(1)).toBeGreaterThan(0);
    expect(await refused()).toMatchObject({ status: 429 });
  }
});
