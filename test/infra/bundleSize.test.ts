import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { SUBSTITUTES } from '../../infra/bundle/slimSdk.ts';
import { OPERATIONS } from '../../lib/operations/index.ts';
import { type Bundle, bundle, deployedSettings } from '../support/bundle.ts';

/**
 * Thousands of bytes of a bundle and of its archive, at most, and the clients that are in it. Of each, Powertools for
 * the log and the metrics takes 33 and 10.
 */
const KINDS = {
  table: { bundle: 135, archive: 48, clients: ['dynamodb'] },
  hash: { bundle: 137, archive: 49, clients: ['dynamodb', 'kms'] },
  proof: { bundle: 140, archive: 50, clients: ['dynamodb', 'kms'] },
  /** Numbers are told by libphonenumber's metadata of every country. */
  sender: { bundle: 267, archive: 82, clients: ['dynamodb', 'kms', 'pinpoint-sms-voice-v2'] },
  keys: { bundle: 86, archive: 32, clients: ['kms'] },
  rpc: { bundle: 424, archive: 128, clients: ['dynamodb', 'kms', 'pinpoint-sms-voice-v2'] },
} as const;

/** Functions that take more than the table. */
const KIND_OF: Readonly<Record<string, keyof typeof KINDS>> = {
  verifyPhone: 'hash',
  checkOtpSms: 'proof',
  setPhone: 'sender',
  resendPhoneVerification: 'sender',
  challengeOtpSms: 'sender',
  jwks: 'keys',
  rpc: 'rpc',
};

const NAMES = [...Object.keys(OPERATIONS), 'jwks', 'rpc'];
const kindOf = (name: string) => KINDS[KIND_OF[name] ?? 'table'];

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
    const code = bundles.get(name)?.code ?? Buffer.of();
    const limit = kindOf(name);

    expect(code.length).toBeGreaterThan(50_000);
    expect(code.length / 1_000).toBeLessThanOrEqual(limit.bundle);
    expect(deflateRawSync(code, { level: 9 }).length / 1_000).toBeLessThanOrEqual(limit.archive);
  });

  it.each(NAMES)('%s brings the clients of the services that it calls, and no other', (name) => {
    const clients = inputsOf(name).flatMap((path) => /@aws-sdk\/client-([\w-]+)\//.exec(path)?.[1] ?? []);
    expect([...new Set(clients)].sort()).toEqual(kindOf(name).clients);
  });

  it.each([
    ['a way to credentials for other machines', /credential-provider-(?!env)|nested-clients|token-providers/],
    ['what reads schemas', /submodules\/(schema|protocols)\/(?!index)|xml-builder/],
    ['half of itself twice', /dist-cjs/],
  ])('holds nothing of %s', (_, path) => {
    expect(NAMES.flatMap(inputsOf).filter((input) => path.test(input))).toEqual([]);
  });
});

describe('what is replaced', () => {
  it.each(SUBSTITUTES.map(({ file }) => [file.source, file] as const))('is still there to replace: %s', (_, file) => {
    expect([...read].some((path) => file.test(path))).toBe(true);
  });
});
