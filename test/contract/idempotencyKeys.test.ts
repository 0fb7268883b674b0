import { beforeEach, describe, expect, it } from 'vitest';
import { startIssuer } from '../support/api.ts';
import { brief, createApi, enrol, eventsOf, type Name, type Person, prove, somePhone } from '../support/person.ts';
import { WRITES } from '../support/writes.ts';

const { person } = createApi(await startIssuer());

let me: Person;
beforeEach(async () => {
  me = await person();
});

const key = (value: string, name = 'idempotency-key') => ({ [name]: value });
const KEY = key('one');

describe('another request under a key', () => {
  const REUSES: readonly (readonly [string, Name, object | undefined])[] = [
    ['another operation without fields', 'removePhone', undefined],
    ['another operation with the same body', 'verifyPhone', { phone: '+491511111111', code: '123456' }],
    ['another value', 'setPhone', { phone: '+4915111111112' }],
  ];

  it.each(REUSES)('is refused: %s', async (_, name, body) => {
    const first = await me.call('setPhone', { phone: '+4915111111111' }, KEY);
    expect(first.status).toBe(200);

    expect(await me.call(name, body, KEY)).toMatchObject({
      status: 422,
      body: { code: 3, details: [{ reason: 'IDEMPOTENCY_KEY_REUSED' }] },
    });
    expect(await eventsOf(me)).toHaveLength(2);
    expect(await me.call('setPhone', { phone: '+4915111111111' }, KEY)).toEqual(first);
  });

  it('is not one that spells the same number in another way', async () => {
    const first = await me.call('setPhone', { phone: me.phone }, KEY);
    expect(await me.call('setPhone', { phone: me.phone.replace('+49', '0049 ') }, KEY)).toEqual(first);
  });

  it('is refused to one of two that come at once', async () => {
    const other = somePhone();
    const answers = await Promise.all([
      me.call('setPhone', { phone: me.phone }, KEY),
      me.call('setPhone', { phone: other }, KEY),
    ]);
    expect(answers.map(brief).toSorted()).toEqual(['200', '422/3 IDEMPOTENCY_KEY_REUSED']);
    expect(await eventsOf(me)).toHaveLength(2);
  });

  it.each([
    ['no body', undefined],
    ['an empty object', {}],
    ['fields nobody knows', { comment: 'again' }],
  ])('is the same when only %s tells them apart', async (_, body) => {
    await prove(me);
    const first = await me.call('addOtpSms', {}, KEY);
    expect(first.status).toBe(200);
    expect(await me.call('addOtpSms', body, KEY)).toEqual(first);
  });
});

describe('a key', () => {
  it.each([
    '""',
    '',
    ' ',
    '"',
    '"open',
    'shut"',
    'two words',
    'a,b',
    '"a","b"',
    '"a" b',
    '"a\\b"',
    'clé',
    '"ключ"',
    '"tab\t"',
  ])('that is malformed is refused before the rules: %j', async (value) => {
    expect(await me.call('setPhone', { phone: me.phone }, key(value))).toMatchObject({
      status: 400,
      body: { code: 3, details: [{ reason: 'IDEMPOTENCY_KEY_INVALID' }] },
    });
    expect(await eventsOf(me)).toEqual([]);
  });

  it.each(WRITES)('of 256 characters is refused by $name', async ({ name, body }) => {
    const content = name === 'setPhone' ? body?.(me) : { code: '123456' };
    for (const value of ['k'.repeat(256), `"${'k'.repeat(256)}"`]) {
      expect(brief(await me.call(name, content, key(value)))).toBe('400/3 IDEMPOTENCY_KEY_INVALID');
    }
  });

  it.each([
    'k',
    'k'.repeat(255),
    `"${'k'.repeat(255)}"`,
    '"two words"',
    '"a \\"quoted\\" \\\\ word"',
    ' spaced ',
    'a#b/c',
  ])('may be %j', async (value) => {
    await prove(me);
    const first = await me.call('addOtpSms', {}, key(value));
    expect(first.status).toBe(200);
    expect(await me.call('addOtpSms', {}, key(value))).toEqual(first);
  });

  it.each(['Idempotency-Key', 'IDEMPOTENCY-KEY'])('is found under the name %s', async (name) => {
    await prove(me);
    const first = await me.call('addOtpSms', {}, key('k', name));
    expect(await me.call('addOtpSms', {}, key('"k"'))).toEqual(first);
  });

  it.each(['listAuthFactors', 'getPhone'] as const)('is nothing to %s', async (name) => {
    await enrol(me);
    await me.call('removeOtpSms', {}, KEY);
    const plain = await me.call(name);
    for (const value of ['one', '', '"open']) expect(await me.call(name, {}, key(value))).toEqual(plain);
  });
});
