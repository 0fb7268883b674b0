import { describe, expect, it } from 'vitest';
import { startIssuer } from '../support/api.ts';
import { expectWhole } from '../support/partition.ts';
import { codesTo, enrol, newNumber, type Person, peopleOf } from '../support/people.ts';

const person = peopleOf(await startIssuer());

const pending = async (): Promise<Person> => {
  const user = await person();
  await user.set();
  return user;
};

const challenged = async (): Promise<Person> => {
  const user = await enrol(await person());
  await user.challenge();
  return user;
};

const MEGABYTE = 2 ** 20;

const inDigitsFrom = (code: string, zero: string) =>
  [...code].map((digit) => String.fromCodePoint((zero.codePointAt(0) ?? 0) + Number(digit))).join('');

/** No text of 1 to 200 characters: not looked at any further. */
const FORMLESS: [string, (code: string) => unknown][] = [
  ['missing', () => undefined],
  ['null', () => null],
  ['empty', () => ''],
  ['true', () => true],
  ['false', () => false],
  ['a number', (code) => Number(code)],
  ['an array of it', (code) => [code]],
  ['an object that holds it', (code) => ({ code })],
  ['an object that would become it', (code) => ({ toString: code, valueOf: code })],
  ['201 characters', (code) => code.padEnd(201)],
  ['a megabyte', (code) => code.padEnd(MEGABYTE, '0')],
];

/** The code as people type it, paste it, and have it written for them. */
const SPELLINGS: [string, (code: string) => string][] = [
  ['with a line end', (code) => `${code}\n`],
  ['between spaces', (code) => ` ${code} `],
  ['with a space inside', (code) => `${code.slice(0, 3)} ${code.slice(3)}`],
  ['with a no-break space inside', (code) => `${code.slice(0, 3)}\u00a0${code.slice(3)}`],
  ['with a hyphen inside', (code) => `${code.slice(0, 3)}-${code.slice(3)}`],
  ['with a dash inside', (code) => `${code.slice(0, 3)}\u2013${code.slice(3)}`],
  ['digit by digit', (code) => [...code].join(' ')],
  ['in full-width digits', (code) => inDigitsFrom(code, '０')],
  ['in Arabic digits', (code) => inDigitsFrom(code, '٠')],
  ['in mathematical digits', (code) => inDigitsFrom(code, '\u{1d7ce}')],
  ['with its last digit in full width', (code) => code.slice(0, -1) + inDigitsFrom(code.slice(-1), '０')],
  ['with something invisible', (code) => `\u200b${code}\ufeff`],
  ['with marks of direction', (code) => `\u202a${code}\u202c`],
];

/** Digits, but not as many as the code has: no guess. */
const OTHER_LENGTHS: [string, (code: string) => string][] = [
  ['with a zero before', (code) => `0${code}`],
  ['with a digit more', (code) => `${code}0`],
  ['with a digit less', (code) => code.slice(0, -1)],
  ['with two digits less, in groups', (code) => `${code.slice(0, 2)} ${code.slice(2, 4)}`],
  ['with four digits more', (code) => `${code}0000`],
];

/** No 4 to 10 digits, whatever is dropped: no guess either. */
const NO_CODES: [string, (code: string) => string][] = [
  ['with a sign', (code) => `+${code}`],
  ['with a fraction', (code) => `${code}.0`],
  ['in quotes', (code) => `"${code}"`],
  ['with NUL', (code) => `${code}\u0000`],
  ['as it ends the message', (code) => `#${code}`],
  ['in hexadecimal', (code) => `0x${Number(code).toString(16)}`],
  ['twice', (code) => code + code],
  ['200 characters long', (code) => code.padEnd(200, '0')],
  ['in digits of no place', () => '①②③④⑤⑥'],
  ['only spaces', () => '      '],
  ['only hyphens', () => '------'],
  ['a prototype', () => '__proto__'],
  ['a pattern', () => '.*'],
  ['a wildcard', () => '%'],
  ['a condition', (code) => `${code}" OR "1"="1`],
];

const PURPOSES = [
  ['a phone', pending, 'verify', 'COMMAND-sM0cs'],
  ['a challenge', challenged, 'check', 'CODE-woT0xc'],
] as const;

describe.each(PURPOSES)('the code of %s', (_, begin, name, id) => {
  it.concurrent.each(FORMLESS)('%s is no guess at all', async (what, disguise) => {
    const user = await begin();
    const code = user.code();
    const before = await expectWhole(user.sub);

    const answer = await user.call(name, { code: disguise(code) });

    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      code: 3,
      details: [
        what === 'a megabyte' ? { reason: 'BODY_TOO_LARGE' } : { reason: 'FIELD_INVALID', metadata: { field: 'code' } },
      ],
    });
    expect(await expectWhole(user.sub)).toEqual(before);
    expect((await user.call(name, { code })).status).toBe(200);
  });

  it.concurrent.each(NO_CODES)('%s is no guess', async (_what, disguise) => {
    const user = await begin();
    const code = user.code();
    const before = await expectWhole(user.sub);

    const answer = await user.call(name, { code: disguise(code) });

    expect(answer.body).toMatchObject({ code: 3, details: [{ reason: 'FIELD_INVALID', metadata: { field: 'code' } }] });
    expect(await expectWhole(user.sub)).toEqual(before);
  });

  it.concurrent.each(OTHER_LENGTHS)(
    '%s is no guess, and the answer tells how many digits there are',
    async (_what, disguise) => {
      const user = await begin();
      const code = user.code();
      const before = await expectWhole(user.sub);

      const answer = await user.call(name, { code: disguise(code) });

      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({
        code: 3,
        details: [{ id }, { reason: 'CODE_LENGTH', metadata: { codeLength: '6' } }],
      });
      expect(await expectWhole(user.sub)).toEqual(before);
      expect((await user.call(name, { code })).status).toBe(200);
    },
  );

  it.concurrent.each(SPELLINGS)('%s is the code', async (_what, disguise) => {
    const user = await begin();
    expect((await user.call(name, { code: disguise(user.code()) })).status).toBe(200);
  });
});

const NO_NUMBER: [string, (phone: string) => unknown][] = [
  ...FORMLESS.filter(([name]) => !name.startsWith('201')),
  ['201 characters', (phone) => phone.padEnd(201)],
  ['without its plus', (phone) => phone.slice(1)],
  ['as a URI', (phone) => `tel:${phone}`],
  ['with NUL', (phone) => `${phone}\u0000`],
  ['with half a character', (phone) => `${phone}\ud800`],
  ['with an extension', (phone) => `${phone};ext=5`],
  ['with an extension in words', (phone) => `${phone} ext. 5`],
  ['with another behind it', (phone) => `${phone},${newNumber()}`],
  ['with a word behind it', (phone) => `${phone} or so`],
  ['with letters', () => '+49151FLOWERS'],
  ['a plus', () => '+'],
  ['two pluses', (phone) => `+${phone}`],
  ['a country', () => '+49'],
  ['of no country', () => '+999123456789'],
  ['with too many digits', (phone) => `${phone}12345678`],
  ['with too few digits', () => '+4915'],
  ['markup', () => '+<script>alert(1)</script>'],
];

describe('a phone', () => {
  it.concurrent.each(NO_NUMBER)('%s is refused, and nothing is sent or written', async (_, disguise) => {
    const user = await person();

    const answer = await user.call('set', { phone: disguise(user.phone) });

    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 3 });
    expect(await expectWhole(user.sub)).toEqual([]);
    expect(codesTo(user.phone)).toEqual([]);
  });

  it.concurrent.each<[string, (phone: string) => string]>([
    ['with spaces', (phone) => `${phone.slice(0, 3)} ${phone.slice(3, 6)} ${phone.slice(6)}`],
    [
      'with brackets, dots and hyphens',
      (phone) => `+49 (${phone.slice(3, 6)}) ${phone.slice(6, 9)}-${phone.slice(9)}.`,
    ],
    ['with the zero of calls within the country', (phone) => `+49 (0) ${phone.slice(3)}`],
    ['with 00 for its plus', (phone) => `00${phone.slice(1)}`],
    ['with a full-width plus', (phone) => `＋${phone.slice(1)}`],
    ['after a space', (phone) => ` ${phone}`],
    ['with a line end', (phone) => `${phone}\n`],
    ['in full-width digits', (phone) => `+${inDigitsFrom(phone.slice(1), '０')}`],
    ['with something invisible inside', (phone) => `${phone.slice(0, 4)}\u200b${phone.slice(4)}`],
  ])('%s is stored and sent to in one spelling', async (_, spell) => {
    const user = await person();

    expect((await user.call('set', { phone: spell(user.phone) })).status).toBe(200);

    expect((await user.call('get')).body).toMatchObject({ phone: { phone: user.phone } });
    await expectWhole(user.sub);
    expect(codesTo(user.phone)).toHaveLength(1);
    expect((await user.set()).body).toMatchObject({
      details: [{ id: 'COMMAND-wF94r' }, { reason: 'PHONE_UNCHANGED' }],
    });
    expect((await user.verify()).status).toBe(200);
  });
});
