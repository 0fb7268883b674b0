import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Binding, hashCode } from '../../lib/codes/keyedHash.ts';
import { createKmsKey } from '../../lib/codes/kmsKey.ts';
import { createLocalKey } from '../../lib/codes/localKey.ts';
import { sameHash } from '../../lib/domain/code.ts';
import { startFakeAws } from '../support/fakeAws.ts';
import { hmacUnder } from '../support/fakeKms.ts';

const ARN = 'arn:aws:kms:eu-central-1:123456789012:key/1';
const kms = await startFakeAws('AWS_ENDPOINT_URL_KMS');

const kmsUnder = (key: Buffer) => {
  kms.answer(hmacUnder(key));
  return createKmsKey(ARN);
};

const BINDING: Binding = { userId: 'user', kind: 'PHONE', phone: '+41791234567' };

describe.each([
  ['local', createLocalKey],
  ['kms', kmsUnder],
])('the keyed hash %s', (_, create) => {
  const key = randomBytes(32);

  it('is the same for the same, and 32 bytes long', async () => {
    const hash = await hashCode(create(key), BINDING, '123456');
    expect(await hashCode(create(key), BINDING, '123456')).toBe(hash);
    expect(Buffer.from(hash, 'base64')).toHaveLength(32);
  });

  it('is another one for another user, kind, number, code or key', async () => {
    const one = create(key);
    const hashes = await Promise.all([
      hashCode(one, BINDING, '123456'),
      hashCode(one, { ...BINDING, userId: 'user2' }, '123456'),
      hashCode(one, { ...BINDING, kind: 'OTP_SMS' }, '123456'),
      hashCode(one, { ...BINDING, phone: '+41791234568' }, '123456'),
      hashCode(one, BINDING, '123457'),
      hashCode(one, BINDING, '0123456'),
      hashCode(one, BINDING, '123456 '),
      hashCode(one, BINDING, '１２３４５６'),
    ]);
    hashes.push(await hashCode(create(randomBytes(32)), BINDING, '123456'));
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('cannot be moved over by shifting the borders between its parts', async () => {
    const one = create(key);
    const shifted: [Binding, string][] = [
      [{ ...BINDING, userId: 'user","PHONE' }, '123456'],
      [{ ...BINDING, userId: 'user', phone: '+41791234567","123456' }, ''],
      [{ ...BINDING, phone: '+41791234567"' }, ',"123456'],
      [{ ...BINDING, phone: '+4179123' }, '4567123456'],
      [{ ...BINDING, userId: 'user\\' }, '123456'],
      [BINDING, '123456"]'],
      [BINDING, '123456\u0000'],
      [BINDING, '\ud800'],
      [BINDING, '\udfff'],
      [BINDING, '\ufffd'],
    ];
    shifted.push([BINDING, '123456']);
    const hashes = await Promise.all(shifted.map(([binding, code]) => hashCode(one, binding, code)));
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('is made of the longest input there is', async () => {
    const longest = hashCode(create(key), { ...BINDING, userId: '"'.repeat(255) }, '\ud800'.repeat(200));
    await expect(longest).resolves.toMatch(/^[\w+/]{43}=$/);
  });
});

describe('AWS KMS', () => {
  it('is asked for an HMAC-SHA-256 under the key, and gives the same as a local one under that key', async () => {
    const key = randomBytes(32);

    const hash = await hashCode(kmsUnder(key), BINDING, '123456');

    expect(hash).toBe(await hashCode(createLocalKey(key), BINDING, '123456'));
    expect(kms.requests).toEqual([
      {
        target: 'TrentService.GenerateMac',
        input: {
          KeyId: ARN,
          MacAlgorithm: 'HMAC_SHA_256',
          Message: Buffer.from('["user","PHONE","+41791234567","123456"]').toString('base64'),
        },
      },
    ]);
  });

  it('is never asked about more than it takes', async () => {
    await hashCode(kmsUnder(randomBytes(32)), { ...BINDING, userId: '"'.repeat(255) }, '\ud800'.repeat(200));
    expect(Buffer.from(String(kms.requests[0]?.input.Message), 'base64').length).toBeLessThanOrEqual(4_096);
  });
});

describe('two hashes', () => {
  it.each([
    ['', '', true],
    ['abc', 'abc', true],
    ['abc', 'abd', false],
    ['abc', 'xbc', false],
    ['abc', 'ab', false],
    ['ab', 'abc', false],
    ['abc', '', false],
    ['', 'abc', false],
  ])('%j and %j are the same: %s', (one, other, same) => {
    expect(sameHash(one, other)).toBe(same);
  });
});
