import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Binding, type CodeOf, hashCode, type KeyedHash, macCode } from '../../lib/codes/keyedHash.ts';
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

const OF: CodeOf = { userId: 'user', kind: 'OTP_SMS' };
const BINDING: Binding = { phone: '+41791234567', purpose: 'LOGIN', nonce: 'id' };

const hashOf = async (key: KeyedHash, of: Partial<CodeOf & Binding> = {}, digits = '123456') => {
  const { userId, kind, phone, purpose, nonce } = { ...OF, ...BINDING, ...of };
  return hashCode(await macCode(key, { userId, kind }, digits), { phone, purpose, nonce });
};

describe.each([
  ['local', createLocalKey],
  ['kms', kmsUnder],
])('the keyed hash %s', (_, create) => {
  const key = randomBytes(32);

  it('is the same for the same, and 32 bytes long', async () => {
    const hash = await hashOf(create(key));
    expect(await hashOf(create(key))).toBe(hash);
    expect(Buffer.from(hash, 'base64')).toHaveLength(32);
  });

  it('is another one for another user, kind, number, purpose, challenge, code or key', async () => {
    const one = create(key);
    const hashes = await Promise.all([
      hashOf(one),
      hashOf(one, { userId: 'user2' }),
      hashOf(one, { kind: 'PHONE' }),
      hashOf(one, { phone: '+41791234568' }),
      hashOf(one, { purpose: 'STEP_UP' }),
      hashOf(one, { purpose: null }),
      hashOf(one, { nonce: 'other' }),
      hashOf(one, {}, '123457'),
      hashOf(one, {}, '0123456'),
      hashOf(one, {}, '123456 '),
      hashOf(one, {}, '１２３４５６'),
    ]);
    hashes.push(await hashOf(create(randomBytes(32))));
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('cannot be moved over by shifting the borders between its parts', async () => {
    const one = create(key);
    const shifted: [Partial<CodeOf & Binding>, string][] = [
      [{ userId: 'user","123456' }, ''],
      [{ userId: 'user"' }, ',"123456'],
      [{ userId: 'user\\' }, '123456'],
      [{ phone: '+41791234567","LOGIN' }, '123456'],
      [{ phone: '+4179123' }, '4567123456'],
      [{ nonce: 'id"' }, '123456'],
      [{}, '123456"]'],
      [{}, '123456\u0000'],
      [{}, '\ud800'],
      [{}, '\udfff'],
      [{}, '\ufffd'],
      [{}, '123456'],
    ];
    const hashes = await Promise.all(shifted.map(([of, code]) => hashOf(one, of, code)));
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('is made of the longest input there is', async () => {
    const longest = hashOf(create(key), { userId: '"'.repeat(255) }, '\ud800'.repeat(200));
    await expect(longest).resolves.toMatch(/^[\w+/]{43}=$/);
  });
});

describe('AWS KMS', () => {
  it('is asked for an HMAC-SHA-256 under the key, and gives the same as a local one under that key', async () => {
    const key = randomBytes(32);

    const mac = await macCode(kmsUnder(key), OF, '123456');

    expect(mac).toBe(await macCode(createLocalKey(key), OF, '123456'));
    expect(kms.requests).toEqual([
      {
        target: 'TrentService.GenerateMac',
        input: {
          KeyId: ARN,
          MacAlgorithm: 'HMAC_SHA_256',
          Message: Buffer.from('["otp-code/2","OTP_SMS","user","123456"]').toString('base64'),
        },
      },
    ]);
  });

  it('is never asked about more than it takes', async () => {
    await macCode(kmsUnder(randomBytes(32)), { ...OF, userId: '"'.repeat(255) }, '\ud800'.repeat(200));
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
