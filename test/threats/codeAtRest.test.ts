import { createHash, createHmac, generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startIssuer } from '../support/api.ts';
import { comeBack, passSeconds } from '../support/clock.ts';
import { fromSetup } from '../support/environment.ts';
import { codesTo, newNumber, type Person, peopleOf } from '../support/people.ts';
import { pseudonymOf } from '../support/pseudonymOf.ts';

const KEY = randomBytes(32);
const WRONG = ['27182818', '31415926'] as const;
const IDEMPOTENCY = { headers: { 'idempotency-key': `"${randomUUID()}"` } };
const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const person = peopleOf(await startIssuer(), {
  CODE_KEY: KEY.toString('base64'),
  OTP_SMS_DIGITS: '8',
  PROOF_ISSUER: 'https://api.example',
  PROOF_KEY: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
});

/** Everything in the table that has to do with a user or their numbers, whatever kind of item it is. */
const dumpOf = async (...about: readonly string[]) => {
  const dump: Record<string, unknown>[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName: fromSetup('TABLE_NAME') })) {
    dump.push(...Items.filter((item) => about.some((each) => JSON.stringify(item).includes(each))));
  }
  return dump;
};

/** Every text and number in it, however deep. */
const leaves = (value: unknown): string[] => {
  if (value instanceof Uint8Array) return [Buffer.from(value).toString('latin1')];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [String(value)];
};

/** Every order of the parts, of all lengths. */
const arrangements = (parts: readonly string[]): string[][] => [
  [],
  ...parts.flatMap((part) => arrangements(parts.filter((other) => other !== part)).map((rest) => [part, ...rest])),
];

/** What a thief without the key would hash for a code: it and whatever stands next to it in the table. */
const guesses = ({ sub, phone }: Person, numbers: readonly string[], code: string): string[] => [
  ...[phone, ...numbers].flatMap((number) =>
    arrangements([sub, number, code, 'PHONE', 'OTP_SMS'])
      .filter((parts) => parts.includes(code))
      .flatMap((parts) =>
        ['', ':', '#', '|', ' '].map((separator) => parts.join(separator)).concat(JSON.stringify(parts)),
      ),
  ),
  ...['VerifyMyPhone', 'CheckMyOTPSMS'].flatMap((rpc) =>
    [
      [rpc, { code }],
      [sub, rpc, { code }],
      ['request', sub, rpc, { code }],
    ].map((parts) => JSON.stringify(parts)),
  ),
  JSON.stringify({ code }),
];

const ALGORITHMS = ['md5', 'sha1', 'sha256', 'sha512'];

/** The hash in all the ways that one is written down. */
const written = (hash: Buffer): string[] => (['hex', 'base64', 'base64url'] as const).map((way) => hash.toString(way));

let user: Person;
let numbers: string[];
let digits: string[];
let proof: string | undefined;
let challengeId: string;
let dump: Record<string, unknown>[];

/** Every flow that has to do with a code, the last of each purpose left pending. */
beforeAll(async () => {
  user = await person();
  numbers = [newNumber()];
  await user.set(IDEMPOTENCY);
  await user.verify(WRONG[0]);
  await user.call('verify', { code: WRONG[0] }, { headers: { 'idempotency-key': `"${randomUUID()}"` } });
  passSeconds(10);
  await user.resend({ headers: { 'idempotency-key': `"${randomUUID()}"` } });
  await user.call('verify', { code: user.code() }, { headers: { 'idempotency-key': `"${randomUUID()}"` } });
  await user.call('add');
  await user.challenge({ headers: { 'idempotency-key': `"${randomUUID()}"` } });
  await user.check(WRONG[1]);
  const checked = await user.call(
    'check',
    { code: user.code() },
    { headers: { 'idempotency-key': `"${randomUUID()}"` } },
  );
  proof = (checked.body as { proof?: string }).proof;
  passSeconds(10);
  const { body } = await user.challenge();
  challengeId = (body.challenge as { readonly challengeId: string }).challengeId;
  await user.call('set', { phone: numbers[0] });
  digits = [...codesTo(user.phone), ...codesTo(numbers[0] ?? '')];
  const pseudonyms = await Promise.all(
    [user.phone, ...numbers].map((phone) => pseudonymOf(phone, KEY.toString('base64'))),
  );
  dump = await dumpOf(user.sub, user.phone, ...numbers, ...pseudonyms);
});

afterEach(comeBack);

describe('a dump of the table after every flow', () => {
  it('holds what there was to find', () => {
    expect(digits.map((code) => code.length)).toEqual([8, 8, 8, 8, 8]);
    const keys = dump.map(({ pk, sk }) => `${pk} ${sk}`).join('\n');
    for (const kind of [
      'EVENT#',
      'STATE#CODE#PHONE',
      'STATE#CODE#OTP_SMS',
      'IDEMPOTENCY#',
      'LIMIT#PHONE#NUMBER#',
      'LIMIT#OTP_SMS#NUMBER#',
    ]) {
      expect(keys).toContain(kind);
    }
    expect(dump.filter(({ sk }) => String(sk).startsWith('IDEMPOTENCY#'))).toHaveLength(6);
  });

  it('names no number and no address in its counters', async () => {
    const counters = await dumpOf('LIMIT#');
    for (const known of [user.phone, ...numbers, '203.0.113.7']) {
      const digest = createHash('sha256').update(known).digest('base64url').slice(0, 22);
      for (const item of counters) {
        expect(JSON.stringify(item)).not.toContain(known);
        expect(JSON.stringify(item)).not.toContain(digest);
      }
    }
  });

  it('has no code and no wrong guess in it, whole or as part of a text, nor the message', () => {
    const runs = leaves(dump).flatMap((leaf) => leaf.match(/\d+/g) ?? []);
    for (const code of [...digits, ...WRONG]) expect(runs).not.toContain(code);
    const encoded = [...digits, ...WRONG].map((code) => Buffer.from(code).toString('base64').replace(/=+$/, ''));
    const text = leaves(dump).join('\n');
    for (const code of encoded) expect(text).not.toContain(code);
    expect(text).not.toContain('@example.com');
  });

  it('has no proof in it, also where the answer of a check is kept', () => {
    expect(proof).toMatch(/^eyJ/);
    expect(leaves(dump).filter((leaf) => leaf.includes('eyJ'))).toEqual([]);
  });

  // The right code among the hashed ones is what a search through all 10^6 would find, in a millionth of the time.
  it('has nothing that a search through all codes would hit', () => {
    const stored = new Set(leaves(dump));
    for (const code of [...digits, ...WRONG]) {
      for (const text of guesses(user, numbers, code)) {
        for (const algorithm of ALGORITHMS) {
          const hash = createHash(algorithm).update(text).digest();
          for (const form of written(hash)) expect(stored.has(form), `${algorithm} of ${text}`).toBe(false);
        }
      }
    }
  });

  /** What is stored of a code under a key, were it known. */
  const hashUnder = (key: string | Buffer, kind: string, phone: string, code: string, nonce: string): string => {
    const mac = createHmac('sha256', key)
      .update(JSON.stringify(['otp-code/2', kind, user.sub, code]))
      .digest();
    const purpose = kind === 'PHONE' ? null : 'LOGIN';
    return createHmac('sha256', mac)
      .update(JSON.stringify([phone, purpose, nonce]))
      .digest('base64');
  };

  it('has nothing that such a search would hit under a key that lies next to it', () => {
    const stored = new Set(leaves(dump));
    const keys = ['', ...leaves(dump), fromSetup('TABLE_NAME')];
    const nonces = dump.flatMap(({ salt, challengeHash }) =>
      [salt, challengeHash].flatMap((each) => each ?? []),
    ) as string[];
    for (const code of [...digits, ...WRONG]) {
      for (const phone of [user.phone, ...numbers]) {
        for (const purpose of ['PHONE', 'OTP_SMS']) {
          for (const key of keys) {
            for (const nonce of nonces) {
              const hash = hashUnder(key, purpose, phone, code, nonce);
              expect(stored.has(hash), `HMAC of ${code} for ${phone}`).toBe(false);
            }
          }
        }
      }
    }
  });

  it('has hashes under the key of the service, of the pending codes and of no other', () => {
    const stored = new Set(leaves(dump));
    const salts = dump.flatMap(({ salt }) => salt ?? []) as string[];
    const nonces = [...salts, challengeId];
    const found = digits.map((code) =>
      [user.phone, ...numbers].flatMap((phone) =>
        ['PHONE', 'OTP_SMS'].filter((purpose) => {
          return nonces.some((nonce) => stored.has(hashUnder(KEY, purpose, phone, code, nonce)));
        }),
      ),
    );
    expect(found).toEqual([[], [], [], ['OTP_SMS'], ['PHONE']]);
  });
});
