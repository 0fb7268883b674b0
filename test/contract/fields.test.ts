import { beforeEach, describe, expect, it } from 'vitest';
import { inbox, startIssuer } from '../support/api.ts';
import {
  brief,
  codeFor,
  createApi,
  eventsOf,
  type Name,
  type Person,
  prove,
  skip,
  somePhone,
  stopClock,
} from '../support/person.ts';

stopClock();
const { person } = createApi(await startIssuer());

let me: Person;
beforeEach(async () => {
  me = await person();
});

/** Values that are of the wrong form for any field. */
const WRONG_TYPES: readonly (readonly [string, unknown])[] = [
  ['missing', undefined],
  ['null', null],
  ['empty', ''],
  ['a number', 41791234567],
  ['zero', 0],
  ['true', true],
  ['false', false],
  ['a list', ['+41791234567', '123456']],
  ['an object', { value: '+41791234567' }],
];

const NO_CODES: readonly (readonly [string, unknown])[] = [
  ['of 201 characters', '1'.repeat(201)],
  ['of three digits', '123'],
  ['of eleven digits', '12345678901'],
  ['of words', 'undefined'],
  ['of blanks', '      '],
];

const FIELDS: readonly (readonly [Name, field: string, rows: readonly (readonly [string, unknown])[]])[] = [
  ['setPhone', 'phone', [['of 201 characters', `+${'4'.repeat(200)}`]]],
  ['verifyPhone', 'code', NO_CODES],
  ['checkOtpSms', 'code', NO_CODES],
];

describe.each(FIELDS)('%s: the field %s', (name, field, rows) => {
  it.each([...WRONG_TYPES, ...rows])('%s is refused before the rules are asked', async (_, value) => {
    expect(await me.call(name, { [field]: value })).toMatchObject({
      status: 400,
      body: { code: 3, details: [{ reason: 'FIELD_INVALID', metadata: { field } }] },
    });
    expect(await eventsOf(me)).toEqual([]);
  });

  it.each([field.toUpperCase(), `${field}_`, 'value', 'constructor'])('%s is another field', async (other) => {
    const body = JSON.parse(`{"${other}":{"${field}":"+41791234567"}}`);
    expect(brief(await me.call(name, body))).toBe('400/3 FIELD_INVALID');
  });
});

describe('a phone number', () => {
  it.each([
    ['blanks', '   '],
    ['without a plus', '41791234567'],
    ['national', '0791234567'],
    ['of no country', '+0791234567'],
    ['a plus alone', '+'],
    ['one digit', '+4'],
    ['a country without a number', '+41'],
    ['too short for its country', '+4179'],
    ['too long for its country', '+417912345678901'],
    ['of a country code that nobody has', '+999123456789'],
    ['two pluses', '++41791234567'],
    ['words', '+phone'],
    ['words after a number', '+41791234567 or so'],
    ['an extension', '+41791234567 ext. 5'],
    ['two numbers', '+41791234567, +41791234568'],
    ['50 characters', `+${'4'.repeat(49)}`],
    ['50 characters that are two units of UTF-16 each', `+${'📞'.repeat(49)}`],
    ['NUL', '+41791234567\0'],
  ])('PHONE-so0wa: %s', async (_, phone) => {
    const answer = await me.call('setPhone', { phone });
    expect(brief(answer)).toBe('400/3 PHONE-so0wa');
    expect(answer.body.message).toContain('with its country code');
    expect(await eventsOf(me)).toEqual([]);
  });

  it('PHONE-so0wa comes before the send wait and the same number', async () => {
    await me.call('setPhone', { phone: me.phone });
    expect(brief(await me.call('setPhone', { phone: '+4179' }))).toBe('400/3 PHONE-so0wa');
  });

  const group = (text: string, between: string) => text.replace(/^(\+49)(\d{4})(\d{3})(\d+)$/, `$1${between}`);
  const SPELLINGS: readonly (readonly [string, (phone: string) => string])[] = [
    ['as it is stored', (phone) => phone],
    ['with spaces', (phone) => group(phone, ' $2 $3 $4')],
    ['with dashes', (phone) => group(phone, '-$2-$3-$4')],
    ['with dots and a slash', (phone) => group(phone, '.$2/$3.$4')],
    ['with the national prefix', (phone) => group(phone, ' (0) $2 $3$4')],
    ['in parentheses', (phone) => group(phone, ' ($2) $3$4')],
    ['with a no-break space', (phone) => group(phone, '\u00a0$2\u00a0$3$4')],
    ['with 00 for its plus', (phone) => phone.replace('+', '00')],
    ['after a space', (phone) => ` ${phone}`],
    ['with a line break after it', (phone) => `${phone}\n`],
    ['with marks of direction', (phone) => `\u202a${phone}\u202c`],
    ['after a full-width plus', (phone) => phone.replace('+', '＋')],
    ['in full-width digits', (phone) => phone.replace(/\d/g, (digit) => '０１２３４５６７８９'.charAt(Number(digit)))],
  ];

  it.each(SPELLINGS)('COMMAND-wF94r: the same number %s, verified or not', async (_, spell) => {
    await me.call('setPhone', { phone: me.phone });
    skip(60);
    expect(brief(await me.call('setPhone', { phone: spell(me.phone) }))).toBe('400/9 COMMAND-wF94r');
    await me.call('verifyPhone', { code: codeFor(me.phone) });
    expect(brief(await me.call('setPhone', { phone: spell(me.phone) }))).toBe('400/9 COMMAND-wF94r');
    expect(inbox.messages(me.phone)).toHaveLength(1);
    expect(await eventsOf(me)).toHaveLength(3);
  });

  it.each(SPELLINGS)('is stored as E.164 when it comes %s', async (_, spell) => {
    expect(brief(await me.call('setPhone', { phone: spell(me.phone) }))).toBe('200');
    expect((await me.call('getPhone')).body).toMatchObject({ phone: { phone: me.phone } });
    expect(inbox.messages(me.phone)).toHaveLength(1);
  });

  it('may be the proven one again, which drops the one that waits', async () => {
    await prove(me);
    await me.call('setPhone', { phone: somePhone() });
    expect(brief(await me.call('setPhone', { phone: me.phone }))).toBe('200');
    expect((await me.call('getPhone')).body.phone).toEqual({ phone: me.phone, isPhoneVerified: true });
  });
});
