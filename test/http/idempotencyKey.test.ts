import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Keyed, readIdempotencyKey } from '../../lib/http/idempotencyKey.ts';

const RPC = 'VerifyMyPhone';
const INPUT = { code: '123456' };

const read = (header: string | undefined, of: Partial<Keyed> = {}) =>
  readIdempotencyKey(header, { userId: 'user', rpc: RPC, input: INPUT, asker: undefined, ofSession: false, ...of });

describe('Idempotency-Key', () => {
  it('is none where there is no header', () => {
    expect(read(undefined)).toBeUndefined();
  });

  it.each([
    ['"8e03978e-40d5-43e8-bc93-6894a57f9324"', '8e03978e-40d5-43e8-bc93-6894a57f9324'],
    [' "a" ', 'a'],
    ['"a b"', '"a b"'],
    ['"a\\"b\\\\c"', '"a\\"b\\\\c"'],
    ['"a,b"', '"a,b"'],
    [`"${'x'.repeat(255)}"`, 'x'.repeat(255)],
    ['"a";b=1', 'a'],
    ['"a" ; b="c; d";e', 'a'],
    ["!#$%&'()*+-./:;<=>?@[]^_`{|}~", '"!#$%&\'()*+-./:;<=>?@[]^_`{|}~"'],
  ])('%j is the same as %j: in quotes, as the standard says, or bare', (one, other) => {
    expect(read(one)).toBeDefined();
    expect(read(one)).toEqual(read(other));
  });

  it.each([
    '',
    ' ',
    '""',
    '"',
    '"a',
    'a"',
    '"a"b"',
    '"a", "b"',
    'a,b',
    'a b',
    '"a\\b"',
    '"a\\"',
    'a\\b',
    '"a";b,c',
    '"a"b=1',
    '"a";b="ä"',
    '"ä"',
    'ä',
    '"a\u0000"',
    '"a\nb"',
    'a\tb',
    '"\u007f"',
    '"\ud800"',
    'x'.repeat(256),
    `"${'x'.repeat(256)}"`,
    `"${'\\"'.repeat(256)}"`,
    `"${'\\'.repeat(100_000)}`,
  ])('%j is refused, in words that do not quote it', (header) => {
    const begin = performance.now();
    expect(() => read(header)).toThrow(
      expect.objectContaining({ reason: 'IDEMPOTENCY_KEY_INVALID', metadata: {}, cause: undefined }),
    );
    expect(performance.now() - begin).toBeLessThan(100);
  });

  it('counts an escaped character as one', () => {
    expect(read(`"${'\\"'.repeat(255)}"`)).toBeDefined();
  });

  it('says of the same request the same, and of any other another', () => {
    const one = read('"key"');
    expect(read('"key"', { input: { code: '123456' } })).toEqual(one);

    for (const changed of [
      { rpc: 'SetMyPhone' },
      { input: { code: '123457' } },
      { input: {} },
      { userId: 'user2' },
      { asker: 'token' },
    ]) {
      expect(read('"key"', changed)?.payloadHash).not.toBe(one?.payloadHash);
    }
    const ofSession = read('"key"', { asker: 'token', ofSession: true });
    expect(read('"key"', { asker: 'other' })?.payloadHash).not.toBe(ofSession?.payloadHash);
    expect([one?.keptSeconds, ofSession?.keptSeconds]).toEqual([86_400, 120]);
    expect(read('"key2"')?.key).not.toBe(one?.key);
    expect(read('"key"', { userId: 'user2' })?.key).not.toBe(one?.key);
    expect(read('"key"', { input: { code: '123457' } })?.key).toBe(one?.key);
  });

  it('tells whoever reads what is kept neither the key nor the request', () => {
    const secret = '8e03978e-40d5-43e8-bc93-6894a57f9324';
    const kept = read(`"${secret}"`);
    expect(JSON.stringify(kept)).not.toContain(secret);
    const plain = [secret, [RPC, INPUT], ['request', 'user', RPC, INPUT], INPUT, INPUT.code].map((each) =>
      createHash('sha256')
        .update(typeof each === 'string' ? each : JSON.stringify(each))
        .digest('base64'),
    );
    for (const hash of plain) expect(Object.values(kept ?? {})).not.toContain(hash);
  });
});
