import { describe, expect, it } from 'vitest';
import { startIssuer } from '../support/api.ts';
import { type FactorUser, factorOf, judged, reasonOf } from '../support/factor.ts';

const factor = factorOf(await startIssuer());

const FULL_WIDTH_ZERO = '０'.charCodeAt(0);
const inDigitsFrom = (zero: number) => (code: string) =>
  [...code].map((digit) => String.fromCharCode(zero + Number(digit))).join('');

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

describe('a text that is not the code, digit by digit', () => {
  it.each<[string, (code: string) => string]>([
    ['a line feed after it', (code) => `${code}\n`],
    ['a line feed before it', (code) => `\n${code}`],
    ['spaces around it', (code) => ` ${code} `],
    ['a space within', (code) => `${code.slice(0, 3)} ${code.slice(3)}`],
    ['a dash within', (code) => `${code.slice(0, 3)}-${code.slice(3)}`],
    ['spaces only', () => '      '],
    ['full-width digits', inDigitsFrom(FULL_WIDTH_ZERO)],
    ['Arabic digits', inDigitsFrom(0x0660)],
    ['mathematical digits', (code) => [...code].map((digit) => String.fromCodePoint(0x1d7ce + Number(digit))).join('')],
    ['a byte order mark', (code) => `\ufeff${code}`],
    ['a zero-width space', (code) => `${code}\u200b`],
    ['a null character', (code) => `${code}\u0000`],
    ['a sign', (code) => `+${code}`],
    ['another zero', (code) => `0${code}`],
    ['a fraction', (code) => `${code}.0`],
    ['hexadecimal', (code) => `0x${Number(code).toString(16)}`],
    ['its first digits', (code) => code.slice(0, 5)],
    ['it twice', (code) => code + code],
    ['a pattern', () => '.*'],
    ['true as text', () => 'true'],
    ['200 characters', (code) => code.padEnd(200, ' ')],
  ])('%s is a wrong guess', async (_, from) => {
    const user = await factor.challenged();

    const answer = await user.check(from(user.code()));

    expect(answer).toMatchObject({ status: 400, body: { code: 3 } });
    expect(reasonOf(answer)).toBe('OTP_SMS_CODE_WRONG');
    expect(await judged(user)).toEqual({ failed: 1, succeeded: 0 });
    expect(await user.check(user.code())).toMatchObject({ status: 200 });
  });
});
