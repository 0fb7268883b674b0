import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { OMISSIONS } from '../../infra/bundle/omissions.ts';
import * as operations from '../../lib/operations.ts';
import { type Bundle, bundle, deployedSettings } from '../support/bundle.ts';

/** Thousands of bytes of the largest bundle, and of its archive, by what a function calls. */
const LIMITS = {
  table: { bundle: 190, archive: 62 },
  /** Proofs of the factor are checked. */
  stepUp: { bundle: 192, archive: 64 },
  /** Codes are judged by a key of AWS KMS. */
  judge: { bundle: 193, archive: 65 },
  /** Numbers are told by libphonenumber's metadata of every country. */
  sender: { bundle: 330, archive: 100 },
} as const;

const KINDS: Readonly<Record<string, keyof typeof LIMITS>> = {
  removeOtpSms: 'stepUp',
  removePhone: 'stepUp',
  verifyPhone: 'judge',
  checkOtpSms: 'judge',
  setPhone: 'sender',
  resendPhoneVerification: 'sender',
  challengeOtpSms: 'sender',
};
const kindOf = (name: string) => KINDS[name] ?? 'table';

const NAMES = Object.entries(operations).flatMap(([name, value]) =>
  typeof value === 'object' && 'http' in value ? [name] : [],
);

const settings = await deployedSettings();
const bundles = new Map<string, Bundle>(
  await Promise.all(
    NAMES.map(async (name) => [name, await bundle({ file: `functions/${name}.ts` }, settings)] as const),
  ),
);
const inputsOf = (name: string) => Object.keys(bundles.get(name)?.bytes ?? {});
const read = new Set([...bundles.values()].flatMap((each) => each.read.map((path) => `/${path}`)));

describe('the bundle of a function', () => {
  it.each(NAMES)('%s is small: it is fetched and compiled at every cold start', (name) => {
    const limit = LIMITS[kindOf(name)];
    const code = bundles.get(name)?.code ?? Buffer.of();

    expect(code.length).toBeGreaterThan(100_000);
    expect(code.length / 1_000).toBeLessThanOrEqual(limit.bundle);
    expect(deflateRawSync(code, { level: 9 }).length / 1_000).toBeLessThanOrEqual(limit.archive);
  });

  it.each(NAMES)('%s brings the clients of the services that it calls, and no other', (name) => {
    const clients = inputsOf(name).flatMap((path) => /@aws-sdk\/(client-[\w-]+)\//.exec(path)?.[1] ?? []);
    expect([...new Set(clients)].sort()).toEqual([
      'client-dynamodb',
      ...(['judge', 'sender'].includes(kindOf(name)) ? ['client-kms'] : []),
      ...(kindOf(name) === 'sender' ? ['client-pinpoint-sms-voice-v2'] : []),
    ]);
  });

  it.each([
    ['a credential provider for other machines', /credential-provider-(?!env|node)|nested-clients|token-providers/],
    ['a second protocol', /protocols\/(query|xml)\/|xml-builder/],
    ['half of itself twice', /dist-cjs/],
  ])('holds nothing of %s', (_, path) => {
    expect(NAMES.flatMap(inputsOf).filter((input) => path.test(input))).toEqual([]);
  });
});

describe('what is left out', () => {
  it.each(OMISSIONS.map(({ file }) => [file.source, file] as const))('is still there to leave out: %s', (_, file) => {
    expect([...read].some((path) => file.test(path))).toBe(true);
  });
});
