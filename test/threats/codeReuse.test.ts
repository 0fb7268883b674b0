import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Answer, startIssuer } from '../support/api.ts';
import { comeBack, passSeconds } from '../support/clock.ts';
import { expectWhole, itemsOf } from '../support/partition.ts';
import { codesTo, newNumber, type Person, peopleOf } from '../support/people.ts';

const LIFE = 300;
const person = peopleOf(await startIssuer(), { CODE_LIFE_SECONDS: String(LIFE) });

afterEach(comeBack);

const expectRefused = ({ status, body }: Answer, reason: string) => {
  expect({ status, body }).toMatchObject({ status: expect.toBeOneOf([400, 404]), body: { code: expect.any(Number) } });
  expect(JSON.stringify(body)).toContain(`"reason":"${reason}"`);
};

const succeeded = async (sub: string) =>
  (await expectWhole(sub)).filter(({ type }) => /phone\.verified|check\.succeeded/.test(type)).length;

const enrolled = async (): Promise<Person> => {
  const user = await person();
  await user.set();
  await user.verify();
  await user.call('add');
  return user;
};

const challenged = async () => {
  const user = await enrolled();
  await user.challenge();
  return { user, code: user.code() };
};

const pending = async () => {
  const user = await person();
  await user.set();
  return { user, code: user.code() };
};

describe('a code that verifies a phone is refused', () => {
  it('after it succeeded', async () => {
    const { user, code } = await pending();
    expect((await user.verify(code)).status).toBe(200);
    expectRefused(await user.verify(code), 'PHONE_CODE_NOT_PENDING');
    expect(await succeeded(user.sub)).toBe(1);
  });

  it('after it expired, though it still lies in the table', async () => {
    const { user, code } = await pending();
    passSeconds(LIFE + 1);
    expect((await itemsOf(user.sub)).map(({ sk }) => sk)).toContain('STATE#CODE#PHONE');
    expectRefused(await user.verify(code), 'PHONE_CODE_INVALID');
    expect(await succeeded(user.sub)).toBe(0);
  });

  it('but not a moment before', async () => {
    const { user, code } = await pending();
    passSeconds(LIFE - 5);
    expect((await user.verify(code)).status).toBe(200);
  });

  it('after another one was sent', async () => {
    const { user, code } = await pending();
    passSeconds(2);
    expect((await user.resend()).status).toBe(200);
    const [, latest] = codesTo(user.phone);
    if (code !== latest) expectRefused(await user.verify(code), 'PHONE_CODE_INVALID');
    expect((await user.verify(latest)).status).toBe(200);
  });

  it('after the phone was removed, and after it was set again', async () => {
    const { user, code } = await pending();
    await user.call('remove');
    expectRefused(await user.verify(code), 'PHONE_CODE_NOT_PENDING');
    passSeconds(2);
    expect((await user.set()).status).toBe(200);
    if (code !== user.code()) expectRefused(await user.verify(code), 'PHONE_CODE_INVALID');
  });

  it('after another phone was set, and back', async () => {
    const { user, code } = await pending();
    const other = newNumber();
    passSeconds(2);
    expect((await user.call('set', { phone: other })).status).toBe(200);
    expectRefused(await user.verify(code), 'PHONE_CODE_INVALID');
    passSeconds(5);
    expect((await user.set()).status).toBe(200);
    const [former] = codesTo(other);
    if (former !== user.code()) expectRefused(await user.verify(former), 'PHONE_CODE_INVALID');
    expect(await succeeded(user.sub)).toBe(0);
  });

  it('where a code to sign in is due, and the other way round', async () => {
    const { user, code } = await challenged();
    const other = newNumber();
    passSeconds(2);
    await user.call('set', { phone: other });
    const [toVerify = ''] = codesTo(other);
    expectRefused(await user.verify(code), 'PHONE_CODE_INVALID');
    if (toVerify !== code) expectRefused(await user.check(toVerify), 'OTP_SMS_CODE_WRONG');
    expect(await succeeded(user.sub)).toBe(1);
  });
});

it('a code is judged also in the very millisecond of the last event', async () => {
  const { user, code } = await challenged();
  vi.useFakeTimers({ toFake: ['Date'] });
  const answers = [await user.check('000000'), await user.check('000000'), await user.check(code)];
  vi.useRealTimers();
  expect(answers.map(({ status }) => status)).toEqual([400, 400, 200]);
});

describe('a code to sign in is refused', () => {
  it('after it succeeded', async () => {
    const { user, code } = await challenged();
    expect((await user.check(code)).status).toBe(200);
    expectRefused(await user.check(code), 'OTP_SMS_CODE_NOT_PENDING');
    expect(await succeeded(user.sub)).toBe(2);
  });

  it('after it expired, though it still lies in the table', async () => {
    const { user, code } = await challenged();
    passSeconds(LIFE + 1);
    expect((await itemsOf(user.sub)).map(({ sk }) => sk)).toContain('STATE#CODE#OTP_SMS');
    expectRefused(await user.check(code), 'OTP_SMS_CODE_EXPIRED');
  });

  it('after the factor was removed, and after it was added again', async () => {
    const { user, code } = await challenged();
    await user.call('drop');
    expectRefused(await user.check(code), 'OTP_SMS_NOT_CHECKABLE');
    await user.call('add');
    expectRefused(await user.check(code), 'OTP_SMS_CODE_NOT_PENDING');
  });

  it('after the phone was removed', async () => {
    const { user, code } = await challenged();
    await user.call('remove');
    expectRefused(await user.check(code), 'OTP_SMS_NOT_CHECKABLE');
  });

  it('after another phone was verified', async () => {
    const { user, code } = await challenged();
    const other = newNumber();
    passSeconds(2);
    await user.call('set', { phone: other });
    await user.verify(codesTo(other).at(-1));
    expectRefused(await user.check(code), 'OTP_SMS_CODE_NOT_PENDING');
  });
});
