import { afterAll, describe, expect, it } from 'vitest';
import { callFunctionsAt, configFor, startIssuer } from '../support/api.ts';
import { eraserOf } from '../support/erasing.ts';
import { pass, startFaultyEngine } from '../support/faultyEngine.ts';
import { expectWhole, itemsOf } from '../support/partition.ts';
import { brief, codeFor, createApi, enrol, type Person, prove, skip, somePhone, stopClock } from '../support/person.ts';
import { STEP_UP } from '../support/stepUp.ts';

stopClock();
const issuer = await startIssuer();
const engine = await startFaultyEngine();
afterAll(() => engine.shut());
callFunctionsAt(engine.endpoint);
const { person } = createApi(issuer, STEP_UP);
const erase = eraserOf(configFor(issuer, STEP_UP));

const LATER_SECONDS = 60;

/** Erases somebody, who then comes to the same phone, and to the same sequence. */
const eraseAndBeginAnew = async (me: Person, begin: (me: Person) => Promise<void>): Promise<void> => {
  const { length } = await itemsOf(me.sub);
  expect(length).toBeGreaterThan(0);
  expect(await erase(me.sub)).toBe('OK');
  expect(await itemsOf(me.sub)).toEqual([]);
  skip(LATER_SECONDS);
  await begin(me);
};

const proofFor = async (me: Person, purpose: string): Promise<Record<string, string>> => {
  await me.call('challengeOtpSms', { purpose });
  const { body } = await me.call('checkOtpSms', { code: codeFor(me.phone) });
  return { 'step-up-proof': String(body.proof) };
};

const STEP_UP_REQUIRED = '401/16 STEP_UP_REQUIRED';

describe('a user who was erased and begins anew', () => {
  it('begins at sequence 1, with every wait and count forgotten', async () => {
    const me = await person();
    await enrol(me);
    await eraseAndBeginAnew(me, async () => {});
    expect(await me.call('setPhone', { phone: me.phone })).toMatchObject({
      status: 200,
      body: { details: { sequence: '2' }, verification: {} },
    });
    expect((await me.call('verifyPhone', { code: codeFor(me.phone) })).body).toMatchObject({
      details: { sequence: '3' },
    });
    expect(await expectWhole(me.sub)).toHaveLength(3);
  });

  it.each([
    ['was not used', false],
    ['was used', true],
  ])('is not weakened by a proof of before, which %s', async (_, used) => {
    const me = await person();
    await enrol(me);
    const enrolledAt = (await expectWhole(me.sub)).length;
    const old = await proofFor(me, 'PURPOSE_STEP_UP');
    if (used) expect(brief(await me.call('setPhone', { phone: somePhone() }, old))).toBe('200');

    await eraseAndBeginAnew(me, enrol);
    expect(await expectWhole(me.sub)).toHaveLength(enrolledAt);

    expect(brief(await me.call('removePhone', {}, old))).toBe(STEP_UP_REQUIRED);
    expect(brief(await me.call('removePhone', {}, await proofFor(me, 'PURPOSE_STEP_UP')))).toBe('200');
  });

  it('is answered anew under an Idempotency-Key of before', async () => {
    const me = await person();
    await enrol(me);
    const once = { 'idempotency-key': 'once' };
    await me.call('challengeOtpSms');
    const code = codeFor(me.phone);
    const kept = await me.call('checkOtpSms', { code }, once);
    expect(await me.call('checkOtpSms', { code }, once)).toMatchObject({
      status: 200,
      body: { details: kept.body.details },
    });

    await eraseAndBeginAnew(me, enrol);

    expect(brief(await me.call('checkOtpSms', { code }, once))).toBe('400/9 COMMAND-S34gh');
  });

  it('has no code and no challenge of before', async () => {
    const me = await person();
    await enrol(me);
    const { body } = await me.call('challengeOtpSms');
    const { challengeId } = body.challenge as { challengeId: string };
    const code = codeFor(me.phone);

    await eraseAndBeginAnew(me, enrol);
    expect(brief(await me.call('checkOtpSms', { code, challengeId }))).toBe('400/9 COMMAND-S34gh');
    await me.call('challengeOtpSms');
    expect(brief(await me.call('checkOtpSms', { code, challengeId }))).toBe('400/9 COMMAND-S34gh');
    expect(brief(await me.call('challengeOtpSms', { challengeId }))).toBe('400/9 COMMAND-S34gh');
  });

  it('is not changed by a request of before, though the sequence is the one that it saw', async () => {
    const me = await person();
    await prove(me);
    const [held, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    engine.spoil(me.sub, 'TransactWriteItems', async (attempt) => {
      held.resolve();
      await released.promise;
      await pass(attempt);
    });
    const late = me.call('addOtpSms');
    await held.promise;
    await eraseAndBeginAnew(me, prove);
    const before = await itemsOf(me.sub);
    released.resolve();

    expect(brief(await late)).toBe('409/10 USER_BEING_ERASED');
    expect(await itemsOf(me.sub)).toEqual(before);
  });
});
