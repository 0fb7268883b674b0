import { beforeEach, describe, expect, it } from 'vitest';
import { OPERATIONS } from '../../lib/operations/index.ts';
import { inbox, startIssuer } from '../support/api.ts';
import { expectWhole } from '../support/partition.ts';
import {
  brief,
  codeFor,
  createApi,
  enrol,
  eventsOf,
  NAMES,
  type Person,
  prove,
  skip,
  stopClock,
  wrong,
} from '../support/person.ts';
import { prepare, WRITES } from '../support/writes.ts';

stopClock();
const issuer = await startIssuer();
const { person } = createApi(issuer);

let me: Person;
beforeEach(async () => {
  me = await person();
});

const key = (value: string) => ({ 'idempotency-key': value });
const KEY = key('"8e03978e-40d5-43dd-bc93-6894a57f9324"');

it('every operation but the reads is in the table of writes', () => {
  const reads = Object.values(OPERATIONS).filter(({ reads }) => reads).length;
  expect(WRITES.map(({ name }) => name).toSorted()).toHaveLength(NAMES.length - reads);
});

describe.each(WRITES)('$name under a key', (write) => {
  it('is carried out once, and answered the same again', async () => {
    const request = await prepare(write, me);
    const [events, messages] = [await eventsOf(me), inbox.messages(me.phone).length];

    const first = await request(KEY);
    skip(60);
    const again = [await request(KEY), await request(key('8e03978e-40d5-43dd-bc93-6894a57f9324'))];

    expect(first.status).toBe(200);
    expect(again).toEqual([first, first]);
    expect((await eventsOf(me)).slice(events.length)).toEqual(write.events);
    expect(inbox.messages(me.phone)).toHaveLength(messages + write.messages);
    await expectWhole(me.sub);
  });

  it.each([2, 20])('%i at once are carried out once, and all answered the same', async (count) => {
    const request = await prepare(write, me);
    const [events, messages] = [await eventsOf(me), inbox.messages(me.phone).length];

    const [first, ...others] = await Promise.all(Array.from({ length: count }, () => request(KEY)));

    expect(first?.status).toBe(200);
    expect(others).toEqual(Array(count - 1).fill(first));
    expect((await eventsOf(me)).slice(events.length)).toEqual(write.events);
    expect(inbox.messages(me.phone)).toHaveLength(messages + write.messages);
  });

  it('is another request under another key, and without one', async () => {
    const request = await prepare(write, me);
    const first = await request(KEY);
    skip(3_600);

    for (const other of [await request(key('another')), await request()]) expect(other).not.toEqual(first);
  });
});

describe('a refusal that was recorded', () => {
  it('of a wrong code is given again: one event, and no second try spent', async () => {
    await me.call('setPhone', { phone: me.phone });
    const right = codeFor(me.phone);
    const guess = () => me.call('verifyPhone', { code: wrong(right) }, KEY);

    const first = await guess();
    expect(brief(first)).toBe('400/3 COMMAND-sM0cs');
    for (let turn = 0; turn < 5; turn++) expect(await guess()).toEqual(first);

    expect((await eventsOf(me)).slice(2)).toEqual(['phone.verification.failed']);
    expect(brief(await me.call('verifyPhone', { code: right }))).toBe('200');
  });

  it.each([2, 20])('of a wrong code is one event when %i come at once', async (count) => {
    await me.call('setPhone', { phone: me.phone });
    const code = wrong(codeFor(me.phone));

    const [first, ...others] = await Promise.all(
      Array.from({ length: count }, () => me.call('verifyPhone', { code }, KEY)),
    );

    expect(first && brief(first)).toBe('400/3 COMMAND-sM0cs');
    expect(others).toEqual(Array(count - 1).fill(first));
    expect((await eventsOf(me)).slice(2)).toEqual(['phone.verification.failed']);
  });

  it('of a wrong login code is given again with the attempts that were left', async () => {
    await enrol(me);
    await me.call('challengeOtpSms');
    const code = wrong(codeFor(me.phone));

    const first = await me.call('checkOtpSms', { code }, KEY);
    expect(first.body).toMatchObject({ details: [{ id: 'CODE-woT0xc' }, { metadata: { attemptsRemaining: '4' } }] });
    expect(await me.call('checkOtpSms', { code }, KEY)).toEqual(first);
    expect(await me.call('checkOtpSms', { code }, key('another'))).toMatchObject({
      body: { details: [{ id: 'CODE-woT0xc' }, { metadata: { attemptsRemaining: '3' } }] },
    });
  });

  it.each([
    ['+41790000002', '400/9 SMS_OPTED_OUT'],
    ['+41790000003', '503/14 SMS_SPEND_LIMIT_REACHED'],
    ['+41790000006', '503/14 SMS_UNAVAILABLE'],
  ])("of the provider's, after the commit, is given again (%s)", async (phone, answer) => {
    const first = await me.call('setPhone', { phone }, KEY);
    expect(brief(first)).toBe(answer);
    expect(await me.call('setPhone', { phone }, KEY)).toEqual(first);
    expect(await eventsOf(me)).toEqual(['phone.changed', 'phone.code.added']);
    expect((await me.call('getPhone')).body).toMatchObject({ phone: { phone } });
  });

  it('is not made of one that left no trace: the same request may succeed later', async () => {
    expect(brief(await me.call('addOtpSms', {}, KEY))).toBe('400/9 COMMAND-Q54j2');
    await prove(me);
    expect(brief(await me.call('addOtpSms', {}, KEY))).toBe('200');
  });
});

it('a budget that is spent is told under a key as well, and leaves no trace', async () => {
  const thrifty = await createApi(issuer, { SMS_BUDGET_USER: '1' }).person();
  await prove(thrifty);
  expect(brief(await thrifty.call('setPhone', { phone: me.phone }, KEY))).toBe('429/8 SMS_BUDGET_SPENT');
  expect(await eventsOf(thrifty)).toHaveLength(3);
  expect(inbox.messages(me.phone)).toEqual([]);
});

describe('an answer', () => {
  it('is kept for 24 hours', async () => {
    await prove(me);
    const first = await me.call('addOtpSms', {}, KEY);
    skip(86_399);
    expect(await me.call('addOtpSms', {}, KEY)).toEqual(first);
    skip(1);
    expect(brief(await me.call('addOtpSms', {}, KEY))).toBe('409/6 COMMAND-Ad3g2');
  });

  it('is that of the first request whatever happened since', async () => {
    await prove(me);
    const first = await me.call('addOtpSms', {}, KEY);
    await me.call('removePhone');
    expect(await me.call('addOtpSms', {}, KEY)).toEqual(first);
    expect((await me.call('listAuthFactors')).body).toEqual({});
  });

  it('belongs to the user: the same key of another one is another key', async () => {
    const other = await person();
    expect(brief(await me.call('setPhone', { phone: me.phone }, KEY))).toBe('200');
    expect(brief(await other.call('setPhone', { phone: other.phone }, KEY))).toBe('200');
    expect(await eventsOf(other)).toHaveLength(2);
    expect(inbox.messages(other.phone)).toHaveLength(1);
  });
});
