import { createHash, createHmac } from 'node:crypto';
import { PutCommand, paginateScan } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { hashChallengeId } from '../../lib/codes/nonce.ts';
import { createDocumentClient } from '../../lib/storage/client.ts';
import { startIssuer } from '../support/api.ts';
import { SOME_CHALLENGE, withChallengeId } from '../support/challengeIds.ts';
import { fromSetup } from '../support/environment.ts';
import { codeTo, type FactorUser, factorOf, reasonOf, somePhone } from '../support/factor.ts';
import { itemsOf } from '../support/partition.ts';

const factor = factorOf(await startIssuer());
const client = createDocumentClient();
const TableName = fromSetup('TABLE_NAME');

/** All that the table has of a user, in whatever partition. */
const dumpOf = async ({ sub }: FactorUser): Promise<Record<string, unknown>[]> => {
  const pages = paginateScan(
    { client },
    {
      TableName,
      ConsistentRead: true,
      FilterExpression: 'contains(pk, :sub)',
      ExpressionAttributeValues: { ':sub': sub },
    },
  );
  const items = [];
  for await (const { Items = [] } of pages) items.push(...Items);
  return items;
};

const leaves = (value: unknown): string[] => {
  if (value instanceof Uint8Array) return [Buffer.from(value).toString('latin1')];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [String(value)];
};

/** What a thief of the table tries for each of the million codes: everything that he can compute without the key. */
const guesses = (digits: string, { sub, phone }: FactorUser, found: readonly string[]): string[] => {
  const purposes = ['OTP_SMS', 'PHONE'];
  const texts = [
    digits,
    ...[sub, phone, phone.slice(1)].flatMap((salt) => [salt + digits, digits + salt, `${salt}:${digits}`]),
    ...purposes.flatMap((purpose) => [
      JSON.stringify([sub, purpose, phone, digits]),
      JSON.stringify(['otp-code/2', purpose, sub, digits]),
      `${sub}${purpose}${phone}${digits}`,
      `${purpose}${digits}`,
    ]),
  ];
  const hashes = ['md5', 'sha1', 'sha256', 'sha512'].flatMap((name) =>
    texts.flatMap((text) => [
      createHash(name).update(text).digest(),
      ...['', sub, phone, ...found].map((key) => createHmac(name, key).update(text).digest()),
    ]),
  );
  const bound = found.flatMap((nonce) =>
    purposes.flatMap((kind) =>
      ['', sub, phone].map((key) => {
        const mac = createHmac('sha256', key)
          .update(JSON.stringify(['otp-code/2', kind, sub, digits]))
          .digest();
        const purpose = kind === 'PHONE' ? null : 'LOGIN';
        return createHmac('sha256', mac)
          .update(JSON.stringify([phone, purpose, nonce]))
          .digest();
      }),
    ),
  );
  const encoded = [...texts.map((text) => Buffer.from(text)), ...hashes, ...bound].flatMap((bytes) =>
    (['hex', 'base64', 'base64url'] as const).map((encoding) => bytes.toString(encoding)),
  );
  return [digits, ...encoded];
};

const expectNothingOf = async (digits: string, user: FactorUser) => {
  expect(digits).toMatch(/^\d{6}$/);
  const found = (await dumpOf(user)).flatMap(leaves);
  const computable = new Set(guesses(digits, user, [...new Set(found)]));
  expect(found.filter((text) => computable.has(text) || computable.has(text.toLowerCase()))).toEqual([]);
  expect(found.filter((text) => text.split(/\D/).includes(digits))).toEqual([]);
};

describe('a dump of the table', () => {
  it('gives nothing of a pending login code, which it has', async () => {
    const user = await factor.enrolled();
    await user.challenge({ 'idempotency-key': '"challenge"' });
    const items = await dumpOf(user);
    expect(items.map(({ sk }) => sk)).toEqual(
      expect.arrayContaining(['STATE#CODE#OTP_SMS', expect.stringMatching(/^IDEMPOTENCY#/)]),
    );
    await expectNothingOf(user.code(), user);
  });

  it('gives nothing of a pending verification code', async () => {
    const user = await factor.enrolled();
    const other = somePhone();
    await user.call('setPhone', { phone: other });
    await expectNothingOf(codeTo(other), { ...user, phone: other });
  });

  it('gives nothing of a code that was refused or taken', async () => {
    const user = await factor.challenged();
    await user.check('000000');
    await expectNothingOf(user.code(), user);
    await user.check(user.code());
    await expectNothingOf(user.code(), user);
  });

  it('has a hash of its own for each draw', async () => {
    const crowd = await Promise.all(Array.from({ length: 20 }, () => factor.challenged()));
    const hashes = (await Promise.all(crowd.map(({ sub }) => itemsOf(sub)))).flat().flatMap(({ hash }) => hash ?? []);
    expect(new Set(hashes).size).toBe(20);
  });
});

describe('a hash is good for its user, its purpose and its number only', () => {
  const codeOf = async ({ sub }: FactorUser) =>
    (await itemsOf(sub)).find(({ sk }) => sk === 'STATE#CODE#OTP_SMS') as Record<string, unknown>;
  const write = (item: Record<string, unknown>) => client.send(new PutCommand({ TableName, Item: item }));

  it.each<[string, boolean]>([
    ['another user with another phone', false],
    ['another user with the same phone', true],
  ])('one that is carried over to %s proves nothing', async (_, samePhone) => {
    const user = await factor.challenged();
    const code = user.code();
    const other = await factor.challenged(samePhone ? user.phone : somePhone());
    const { hash, challengeHash } = await codeOf(user);
    await write({ ...(await codeOf(other)), hash, challengeHash });
    const { challengeId } = withChallengeId(user.headers, {});
    expect(reasonOf(await other.call('checkOtpSms', { code, challengeId }))).toBe('OTP_SMS_CODE_WRONG');
  });

  it('one that is given another purpose proves nothing', async () => {
    const user = await factor.challenged();
    await write({ ...(await codeOf(user)), purpose: 'STEP_UP' });
    expect(reasonOf(await user.check(user.code()))).toBe('OTP_SMS_CODE_WRONG');
  });

  it('one that is given to another challenge proves nothing', async () => {
    const user = await factor.challenged();
    await write({ ...(await codeOf(user)), challengeHash: hashChallengeId(SOME_CHALLENGE) });
    const answer = await user.call('checkOtpSms', { code: user.code(), challengeId: SOME_CHALLENGE });
    expect(reasonOf(answer)).toBe('OTP_SMS_CODE_WRONG');
  });

  it('one that is carried over to another number or from a verification proves nothing', async () => {
    const user = await factor.challenged();
    const item = await codeOf(user);
    const other = somePhone();
    await user.call('setPhone', { phone: other });
    const verification = (await itemsOf(user.sub)).find(({ sk }) => sk === 'STATE#CODE#PHONE');
    await write({ ...item, hash: verification?.hash });
    expect(reasonOf(await user.check(codeTo(other)))).toBe('OTP_SMS_CODE_WRONG');
  });
});
