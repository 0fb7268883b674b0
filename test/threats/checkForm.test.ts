import { describe, expect, it } from 'vitest';
import { startIssuer } from '../support/api.ts';
import { type FactorUser, factorOf, judged, reasonOf } from '../support/factor.ts';

const factor = factorOf(await startIssuer());

const send = (user: FactorUser, body: string) => factor.api.checkOtpSms({ headers: user.headers, body });

describe('what is no text of 1 to 200 characters', () => {
  it.each<[string, (code: string) => unknown]>([
    ['no code', () => undefined],
    ['an empty code', () => ''],
    ['null', () => null],
    ['true', () => true],
    ['false', () => false],
    ['zero', () => 0],
    ['the number', (code) => Number(code)],
    ['a list', (code) => [code]],
    ['an empty list', () => []],
    ['an object', (code) => ({ code })],
    ['an object with a length', (code) => ({ length: 6, 0: code })],
    ['an operator of a database', () => ({ $ne: '' })],
    ['one character too many', (code) => code.padEnd(201)],
  ])('%s is refused, and no guess', async (_, from) => {
    const user = await factor.challenged();

    const answer = await send(user, JSON.stringify({ code: from(user.code()) }));

    expect(answer).toMatchObject({ status: 400, body: { code: 3 } });
    expect(reasonOf(answer)).toBe('FIELD_INVALID');
    expect(await judged(user)).toEqual({ failed: 0, succeeded: 0 });
    expect(await user.check(user.code())).toMatchObject({ status: 200 });
  });

  it.each<[string, (code: string) => string, string]>([
    ['1 MB of digits', (code) => `{"code":"${code.padEnd(1_000_000, '0')}"}`, 'BODY_TOO_LARGE'],
    ['1 MB of space around it', (code) => `{"code":"${code}"}${' '.repeat(1_000_000)}`, 'BODY_TOO_LARGE'],
    ['two codes', (code) => `{"code":"${code}","code":"${code}"}`, 'BODY_INVALID'],
    ['a bare code', (code) => code, 'BODY_INVALID'],
    ['a form', (code) => `code=${code}`, 'BODY_INVALID'],
    ['half a character', (code) => `{"code":"${code}\\ud800"}`, 'BODY_INVALID'],
    ['a prototype', (code) => `{"__proto__":{"code":"${code}"}}`, 'BODY_INVALID'],
    ['another name', (code) => `{"Code":"${code}","CODE":"${code}","otp":"${code}"}`, 'FIELD_INVALID'],
  ])('%s is refused, and no guess', async (_, from, reason) => {
    const user = await factor.challenged();

    const answer = await send(user, from(user.code()));

    expect(answer.status).toBe(400);
    expect(reasonOf(answer)).toBe(reason);
    expect(await judged(user)).toEqual({ failed: 0, succeeded: 0 });
  });
});
