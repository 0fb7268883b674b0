import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPhoneNumber } from '../../lib/domain/readPhoneNumber.ts';
import { configFor, inbox, startIssuer } from '../support/api.ts';
import { itemsOf } from '../support/partition.ts';
import { brief, codeFor, createApi, eventsOf, type Person } from '../support/person.ts';
import { typedNumber } from '../support/phoneNumbers.ts';
import { createPreparation } from '../support/prepared.ts';

const issuer = await startIssuer();
const BUDGETS = { SMS_BUDGET_NUMBER: '1000000', TRUST_PHONE_CLAIMS: 'true' };
const { person } = createApi(issuer, BUDGETS);

/** Numbers that were stored in one spelling and sent to in another, or that no message could ever be sent to. */
const FOUND = ['+4900151 23456789', '+49015123456789', '+4407911123456', '+5215512345678', '+18612345678'];

/** What the table holds of the number that was set and of the one that was proven. */
const stored = async ({ sub }: Person) => {
  const root = (await itemsOf(sub)).find(({ sk }) => sk === 'STATE#USER');
  return {
    set: { phone: root?.phone, country: root?.phoneCountry },
    proven: { phone: root?.verifiedPhone, country: root?.verifiedPhoneCountry },
  };
};

/** Enrols the proven number and proves a login code, which has come to that number and to no other spelling of it. */
const expectUsable = async (me: Person) => {
  const { set, proven } = await stored(me);
  const phone = String(proven.phone);
  expect(set).toEqual(proven);
  expect(readPhoneNumber(phone)).toEqual({ ...proven });
  const before = inbox.messages(phone).length;
  expect(brief(await me.call('addOtpSms'))).toBe('200');
  expect(brief(await me.call('challengeOtpSms'))).toBe('200');
  expect(inbox.messages(phone)).toHaveLength(before + 1);
  expect(brief(await me.call('checkOtpSms', { code: codeFor(phone) }))).toBe('200');
};

const setAndProve = async (typed: string): Promise<void> => {
  const me = await person();
  const answer = brief(await me.call('setPhone', { phone: typed }));
  if (answer === '400/3 PHONE-so0wa') {
    expect(await eventsOf(me)).toEqual([]);
    return;
  }
  expect(answer).toBe('200');
  const { phone } = (await stored(me)).set;
  expect((await me.call('getPhone')).body).toMatchObject({ phone: { phone } });
  expect(brief(await me.call('verifyPhone', { code: codeFor(String(phone)) }))).toBe('200');
  await expectUsable(me);
};

const claim = async (typed: string): Promise<void> => {
  const me = await person({ claims: { phone_number: typed, phone_number_verified: true } });
  const { body } = await me.call('getPhone');
  if (body.phone === undefined) expect(await eventsOf(me)).toEqual([]);
  else await expectUsable(me);
};

describe.each([
  ['typed', setAndProve],
  ['named by a trusted claim', claim],
])('a number that is %s', (_, bring) => {
  it.each(FOUND)('%s is stored, shown, sent to and hashed over in one spelling, or not taken', bring);

  it('of any region is stored, shown, sent to and hashed over in one spelling, or not taken', async () => {
    await fc.assert(fc.asyncProperty(typedNumber, bring), { numRuns: 50 });
  });
});

describe('a stored number that would be read as another today', () => {
  const OLD = ['+4901511', '+4901512'] as const;
  const tail = String(randomInt(10 ** 7)).padStart(7, '0');
  const [proven, set] = OLD.map((head) => head + tail) as [string, string];

  it('is sent to as it stands: what reads numbers changes with each version of the metadata', async () => {
    expect(readPhoneNumber(proven)?.phone).not.toBe(proven);
    const me = { ...(await person()), phone: proven };
    await createPreparation(configFor(issuer))(me, set, true);

    expect(brief(await me.call('resendPhoneVerification'))).toBe('200');
    expect(brief(await me.call('challengeOtpSms'))).toBe('200');
    expect(inbox.messages(set)).toHaveLength(1);
    expect(inbox.messages(proven)).toHaveLength(1);
    expect(brief(await me.call('checkOtpSms', { code: codeFor(proven) }))).toBe('200');
    expect(brief(await me.call('verifyPhone', { code: codeFor(set) }))).toBe('200');
  });
});
