import { describe, expect, it } from 'vitest';
import { addOtpSms } from '../../lib/operations/addOtpSms.ts';
import { createDocumentClient } from '../../lib/storage/client.ts';
import { createUserStore } from '../../lib/storage/userStore.ts';
import { apiOf, bearer, configFor, someone, startIssuer, users } from '../support/api.ts';
import { fromSetup } from '../support/environment.ts';
import { expectWhole } from '../support/partition.ts';
import { asLogged, replay } from '../support/replay.ts';
import { tally, times } from '../support/times.ts';

const issuer = await startIssuer();
const call = apiOf(addOtpSms, configFor(issuer));
const store = createUserStore(createDocumentClient(), fromSetup('TABLE_NAME'));

const PHONES = ['+41791234567', '+41797654321'] as const;
const ADDED = 'user.human.mfa.otp.sms.added';

const verified = async () => {
  const sub = someone();
  await users.put(sub, { phone: PHONES[0], verified: true });
  const headers = bearer(await issuer.token({ sub }));
  return { sub, enrol: () => call({ headers }) };
};

describe('requests of one user at the same time', () => {
  it('100 of them enrol one factor: one 200, 99 times already added', async () => {
    const { sub, enrol } = await verified();

    const answers = await times(100, enrol);

    expect(tally(answers.map(({ status }) => status))).toEqual({ 200: 1, 409: 99 });
    const refusals = answers.filter(({ status }) => status === 409).map(({ body }) => body);
    for (const body of refusals) {
      expect(body).toMatchObject({ code: 6, details: [{ id: 'COMMAND-Ad3g2' }, { reason: 'OTP_SMS_ALREADY_ADDED' }] });
    }
    const events = await expectWhole(sub);
    expect(events.map(({ type }) => type)).toEqual([
      'user.human.phone.changed',
      'user.human.phone.code.added',
      'user.human.phone.verified',
      ADDED,
    ]);
    expect(asLogged(await store.load(sub))).toEqual(asLogged(replay(events)));
    const details = answers.find(({ status }) => status === 200)?.body.details;
    expect(details).toMatchObject({ sequence: '4', creationDate: events[3]?.createdAt });
  });

  it('with another writer in between, the log has no gap and no repeat, and its replay is the state', async () => {
    const { sub, enrol } = await verified();
    const before = (await expectWhole(sub)).length;
    const rewrite = async () => {
      for (let turn = 1; turn <= 12; turn++) {
        await users.put(sub, { phone: PHONES[turn % 2 === 0 ? 0 : 1], verified: true });
      }
    };

    const [answers] = await Promise.all([times(50, enrol), rewrite()]);

    expect(tally(answers.map(({ status, body }) => `${status} ${body.code}`))).toEqual({
      '200 undefined': 1,
      '409 6': 49,
    });
    const events = await expectWhole(sub);
    expect(tally(events.slice(before).map(({ type }) => type))).toEqual({
      'user.human.phone.changed': 12,
      'user.human.phone.code.added': 12,
      'user.human.phone.verified': 12,
      [ADDED]: 1,
    });
    expect(asLogged(await store.load(sub))).toEqual(asLogged(replay(events)));
  });

  it("many users at once do not get in each other's way", async () => {
    const crowd = await times(20, verified);

    const answers = await Promise.all(crowd.flatMap(({ enrol }) => [enrol(), enrol()]));

    expect(tally(answers.map(({ status }) => status))).toEqual({ 200: 20, 409: 20 });
    for (const { sub } of crowd) expect(await expectWhole(sub)).toHaveLength(4);
  });
});
