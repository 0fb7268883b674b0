import { describe, expect, it } from 'vitest';
import { checkOtpSms } from '../../lib/operations/checkOtpSms.ts';
import { verifyPhone } from '../../lib/operations/verifyPhone.ts';
import { apiOf, bearer, configFor, startIssuer } from '../support/api.ts';
import { itemsOf } from '../support/partition.ts';
import { newNumber, type Person, peopleOf } from '../support/people.ts';
import { wrong } from '../support/person.ts';

const issuer = await startIssuer();
const person = peopleOf(issuer);

const pending = async (phone?: string): Promise<Person> => {
  const user = await person(phone);
  await user.set();
  return user;
};

const challenged = async (phone?: string): Promise<Person> => {
  const user = await pending(phone);
  await user.verify();
  await user.call('add');
  await user.challenge();
  return user;
};

describe.each([
  ['verifies a phone', pending, 'verify'],
  ['signs in', challenged, 'check'],
] as const)("another user's code that %s", (_, begin, name) => {
  it('is refused, and nothing of theirs is touched', async () => {
    const victim = await begin();
    const attacker = await begin();
    const code = victim.code();
    const before = await itemsOf(victim.sub);

    for (let guess = 0; guess < 3; guess++) {
      const answer = await attacker.call(name, { code });
      if (attacker.code() !== code) expect(answer.status).toBe(400);
    }

    expect(await itemsOf(victim.sub)).toEqual(before);
    expect((await victim.call(name, { code })).status).toBe(200);
  });

  it('is refused also where both have one number', async () => {
    const phone = newNumber();
    const victim = await begin(phone);
    const code = victim.code();
    const attacker = await begin(phone);
    const before = await itemsOf(victim.sub);

    if (attacker.code() !== code) expect((await attacker.call(name, { code })).status).toBe(400);

    expect(await itemsOf(victim.sub)).toEqual(before);
    expect((await victim.call(name, { code })).status).toBe(200);
  });

  it('is refused for a user without one', async () => {
    const victim = await begin();
    const stranger = await person();
    const before = await itemsOf(victim.sub);

    expect((await stranger.call(name, { code: victim.code() })).status).toBeOneOf([400, 404]);

    expect(await itemsOf(stranger.sub)).toEqual([]);
    expect(await itemsOf(victim.sub)).toEqual(before);
  });

  it("is refused where the user's id is named in the request", async () => {
    const victim = await begin();
    const attacker = await person();
    const code = victim.code();
    const before = await itemsOf(victim.sub);

    const answer = await attacker.call(
      name,
      { code, userId: victim.sub, user_id: victim.sub, sub: victim.sub },
      { headers: { 'x-user-id': victim.sub, 'x-zitadel-orgid': 'other' } },
    );

    expect(answer.status).toBeOneOf([400, 404]);
    expect(await itemsOf(victim.sub)).toEqual(before);
  });
});

describe('a user of another tenant', () => {
  it.each([
    ['verifies a phone', pending, verifyPhone],
    ['signs in', challenged, checkOtpSms],
  ] as const)('with the same subject cannot use a code that %s', async (_, begin, operation) => {
    const victim = await begin();
    const owned = await issuer.token({ sub: victim.sub, resourceOwner: 'tenant' });
    const guess = { headers: bearer(owned), body: JSON.stringify({ code: wrong(victim.code()) }) };
    expect(await apiOf(operation, configFor(issuer))(guess)).toMatchObject({ status: 400 });
    const token = await issuer.token({ sub: victim.sub, resourceOwner: 'another-tenant' });
    const before = await itemsOf(victim.sub);

    const call = apiOf(operation, configFor(issuer));
    const answer = await call({ headers: bearer(token), body: JSON.stringify({ code: victim.code() }) });

    expect(answer).toMatchObject({ status: 403, body: { code: 7 } });
    expect(await itemsOf(victim.sub)).toEqual(before);
  });

  it('has nothing to do with one of another issuer', async () => {
    const victim = await pending();
    const elsewhere = await startIssuer();
    const token = await elsewhere.token({ sub: victim.sub });

    const call = apiOf(verifyPhone, configFor(issuer));
    const answer = await call({ headers: bearer(token), body: JSON.stringify({ code: victim.code() }) });

    expect(answer.status).toBe(401);
    expect((await victim.verify()).status).toBe(200);
  });
});
