import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { resendPhoneVerification } from '../../lib/operations/resendPhoneVerification.ts';
import { setPhone } from '../../lib/operations/setPhone.ts';
import { verifyPhone } from '../../lib/operations/verifyPhone.ts';
import { type Answer, apiOf, bearer, configFor, inbox, lambdaContext, someone, startIssuer } from '../support/api.ts';
import { type AwsAnswer, closes, done, fails, keepsSilent, resets, says, stallsHalfWay } from '../support/fakeAws.ts';
import { startFakeKms } from '../support/fakeKms.ts';
import { expectWhole } from '../support/partition.ts';

const issuer = await startIssuer();
const kms = await startFakeKms(randomBytes(32));
const config = configFor(issuer, { CODE_KEY: '', CODE_KEY_ID: 'arn:aws:kms:eu-central-1:123456789012:key/1' });

let count = 0;

/** A user with a number of their own; each call is a cold function's. */
const caller = async () => {
  const sub = someone();
  const phone = `+4179124${String(count++).padStart(4, '0')}`;
  const headers = bearer(await issuer.token({ sub }));
  const context = lambdaContext();
  return {
    sub,
    phone,
    context,
    set: () => apiOf(setPhone, config)({ headers, body: JSON.stringify({ phone }) }, context),
    resend: () => apiOf(resendPhoneVerification, config)({ headers }),
    verify: (code: string) => apiOf(verifyPhone, config)({ headers, body: JSON.stringify({ code }) }, context),
    code: () => /^\d{6}/.exec(inbox.messages(phone).at(-1)?.body ?? '')?.[0] ?? '',
  };
};

const expectUnavailable = ({ status, headers, body }: Answer) => {
  expect(status).toBe(503);
  expect(headers).toMatchObject({ 'retry-after': '1' });
  expect(body).toMatchObject({ code: 14, details: [{ reason: 'CODE_KEY_UNAVAILABLE' }, { retryDelay: '1s' }] });
};

const expectInternal = ({ status, body }: Answer) => {
  expect(status).toBe(500);
  expect(body).toMatchObject({ code: 13, details: [{ reason: 'INTERNAL' }] });
};

const PASSING: [string, AwsAnswer, number][] = [
  ['is reset', resets, 3],
  ['closes the connection', closes, 3],
  ['throttles', fails(400, 'ThrottlingException'), 3],
  ['fails', fails(500, 'KMSInternalException'), 3],
  ['cannot reach the key', fails(500, 'KeyUnavailableException'), 3],
  ['times out inside', fails(503, 'DependencyTimeoutException'), 3],
  ['answers with a page of HTML', says(503, '<html></html>'), 3],
  ['never answers', keepsSilent, 3],
  ['stops half-way', stallsHalfWay, 3],
];

const OURS: [string, AwsAnswer][] = [
  ['denies the key', fails(400, 'AccessDeniedException')],
  ['does not know the key', fails(400, 'NotFoundException')],
  ['has the key disabled', fails(400, 'DisabledException')],
  ['has the key waiting to be deleted', fails(400, 'KMSInvalidStateException')],
  ['has a key of another kind', fails(400, 'InvalidKeyUsageException')],
  ['gives no MAC', done({})],
  ['gives an empty MAC', done({ Mac: '' })],
  ['gives a MAC that is too short', done({ Mac: 'AAAA' })],
];

describe('when the key for codes', () => {
  it.concurrent.each([
    ...PASSING.map(([name, how, times]) => [name, how, times, expectUnavailable] as const),
    ...OURS.map(([name, how]) => [name, how, 1, expectInternal] as const),
  ])(
    '%s, no code is made, in the time of the function, and nothing is written',
    async (_, how, times, expectAnswer) => {
      const { sub, phone, context, set, verify, code } = await caller();
      kms.spoil(sub, how);

      expectAnswer(await set());

      expect(context.getRemainingTimeInMillis()).toBeGreaterThan(1_000);
      expect(kms.requests(sub)).toHaveLength(times);
      expect(await expectWhole(sub)).toEqual([]);
      expect(inbox.messages(phone)).toEqual([]);

      kms.spoil(sub);
      expect((await set()).status).toBe(200);
      expect((await verify(code())).status).toBe(200);
    },
  );

  it.concurrent.each([
    ['throttles', fails(400, 'ThrottlingException'), expectUnavailable],
    ['never answers', keepsSilent, expectUnavailable],
    ['denies the key', fails(400, 'AccessDeniedException'), expectInternal],
    ['gives an empty MAC', done({ Mac: '' }), expectInternal],
  ] as const)('%s, no guess is judged, right or wrong, and none is counted', async (_, how, expectAnswer) => {
    const { sub, set, verify, code } = await caller();
    await set();
    const before = await expectWhole(sub);
    kms.spoil(sub, how);

    const [right, wrong] = await Promise.all([verify(code()), verify('000000')]);

    expectAnswer(right);
    expectAnswer(wrong);
    expect(await expectWhole(sub)).toEqual(before);
    kms.spoil(sub);
    expect((await verify(code())).status).toBe(200);
  });

  it.concurrent('fails once, the caller notices nothing', async () => {
    const { sub, set, verify, code } = await caller();
    kms.spoil(sub, (...request) => {
      kms.spoil(sub);
      resets(...request);
    });
    expect((await set()).status).toBe(200);
    expect((await verify(code())).status).toBe(200);
  });
});
