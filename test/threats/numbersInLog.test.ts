import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { EVENT_PREFIX } from '../../lib/storage/keys.ts';
import { startIssuer } from '../support/api.ts';
import { later } from '../support/clock.ts';
import { toldOf } from '../support/eventPipe.ts';
import { codeTo, factorOf, otherThan, somePhone } from '../support/factor.ts';
import { expectWhole, itemsOf } from '../support/partition.ts';
import { proofOf, STEP_UP } from '../support/stepUp.ts';

const issuer = await startIssuer();
const factor = factorOf(issuer, STEP_UP);

const isEvent = ({ sk }: Record<string, unknown>) => String(sk).startsWith(EVENT_PREFIX);

/** Everything of a user that stays: the log in the table, and what goes out to the bus. */
const told = async (sub: string) => {
  const events = (await itemsOf(sub)).filter(isEvent);
  const bus = toldOf(events);
  expect(bus).toHaveLength(events.length);
  return { events, text: JSON.stringify([events, bus]) };
};

/** The texts by which somebody would find a number: the longest that its mask leaves out. */
const tracesOf = (phone: string): readonly string[] => [phone, phone.slice(1), phone.slice(3), phone.slice(3, -2)];

const hashes = (events: readonly Record<string, unknown>[]) =>
  events.filter(({ type }) => type === 'user.human.phone.changed').map(({ phoneHash }) => phoneHash);

/** Somebody with a number that is set and waits. */
const waiting = async (phone: string, at = factor) => {
  const user = await at.caller();
  expect(await user.call('setPhone', { phone })).toMatchObject({ status: 200 });
  return user;
};

describe('the log of a user', () => {
  it('holds no number or address in a whole life, and neither does what goes out to the bus', async () => {
    later(0);
    const phones = [somePhone(), somePhone(), somePhone()] as const;
    const [first, second, third] = phones;
    const user = await factor.caller(undefined, first);
    const ok = async (answer: Promise<object>) => expect(await answer).toMatchObject({ status: 200 });
    await ok(user.moveTo(first));
    await ok(user.call('addOtpSms'));
    await ok(user.call('setPhone', { phone: second }, await proofOf(user)));
    later(3_600);
    await ok(user.call('resendPhoneVerification', {}, await proofOf(user)));
    expect(await user.call('verifyPhone', { code: otherThan(codeTo(second)) })).toMatchObject({ status: 400 });
    await ok(user.call('verifyPhone', { code: codeTo(second) }));
    later(3_600);
    const moved = await factor.caller(user.sub, second);
    await ok(moved.call('setPhone', { phone: third }, await proofOf(moved)));
    await ok(moved.call('setPhone', { phone: second }));
    later(3_600);
    await ok(moved.call('removePhone', {}, await proofOf(moved)));

    const { events, text } = await told(user.sub);

    expect(new Set(events.map(({ type }) => type)).size).toBeGreaterThanOrEqual(10);
    for (const trace of [...phones.flatMap(tracesOf), '203.0.113.7']) expect(text).not.toContain(trace);
    // It would be seen: the state held it, and the log still says which number it was to whoever knows that.
    expect(events[0]).toMatchObject({ maskedPhone: `+41*******${first.slice(-2)}` });
    expect(new Set(hashes(events)).size).toBe(3);
    await expectWhole(user.sub);
  });

  it('has one hash of a number, whoever set it, under a key that is not in the table', async () => {
    const phone = somePhone();
    const elsewhere = factorOf(issuer, { CODE_KEY: randomBytes(32).toString('base64') });
    const users = [await waiting(phone), await waiting(phone), await waiting(phone, elsewhere)];
    const logs = await Promise.all(users.map(async ({ sub }) => (await told(sub)).events));
    const [hash, again, other] = logs.flatMap(hashes);

    expect(hash).toMatch(/^[\w-]{22}$/);
    expect(again).toBe(hash);
    expect(other).not.toBe(hash);
    for (const text of tracesOf(phone)) {
      expect(createHash('sha256').update(text).digest('base64url')).not.toContain(hash);
    }
  });

  it('has the mask alone where a token brought the number', async () => {
    const trusting = factorOf(issuer, { TRUST_PHONE_CLAIMS: 'true' });
    const phone = somePhone();
    const claims = { phone_number: phone, phone_number_verified: true };
    const user = await trusting.caller(undefined, phone, claims);
    expect(await user.call('addOtpSms')).toMatchObject({ status: 200 });

    const { events, text } = await told(user.sub);

    for (const trace of tracesOf(phone)) expect(text).not.toContain(trace);
    expect(events.slice(0, 2)).toMatchObject([
      { maskedPhone: `+41*******${phone.slice(-2)}` },
      { maskedPhone: `+41*******${phone.slice(-2)}` },
    ]);
    expect(hashes(events)).toEqual([undefined]);
  });
});
