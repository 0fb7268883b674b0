import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type Bundle, bundle, deployedSettings } from '../support/bundle.ts';
import { EVERY_OPERATION } from '../support/operations.ts';

/** Thousands of bytes of a bundle and of its archive, at most, and the clients that are in it. */
const KINDS = {
  table: { bundle: 320, archive: 105, clients: ['dynamodb'] },
  hash: { bundle: 345, archive: 115, clients: ['dynamodb', 'kms'] },
  proof: { bundle: 345, archive: 115, clients: ['dynamodb', 'kms'] },
  sender: { bundle: 370, archive: 120, clients: ['dynamodb', 'kms', 'pinpoint-sms-voice-v2'] },
  number: { bundle: 490, archive: 150, clients: ['dynamodb', 'kms', 'pinpoint-sms-voice-v2'] },
  keys: { bundle: 230, archive: 75, clients: ['kms'] },
  rpc: { bundle: 645, archive: 195, clients: ['dynamodb', 'kms', 'pinpoint-sms-voice-v2'] },
} as const;

/** The same of the numbering plans of all countries. */
const NUMBERING_PLANS = { bundle: 130, archive: 35 };

/** Functions that take more than the table. */
const KIND_OF: Readonly<Record<string, keyof typeof KINDS>> = {
  removeOtpSms: 'proof',
  removePhone: 'proof',
  verifyPhone: 'hash',
  checkOtpSms: 'proof',
  setPhone: 'number',
  resendPhoneVerification: 'sender',
  challengeOtpSms: 'sender',
  challengeUserOtpSms: 'sender',
  checkUserOtpSms: 'proof',
  removeUserOtpSms: 'proof',
  removeUserPhone: 'proof',
  setUserPhone: 'number',
  verifyUserPhone: 'hash',
  resendUserPhoneCode: 'sender',
  jwks: 'keys',
  rpc: 'rpc',
};

const NAMES = [...Object.keys(EVERY_OPERATION), 'jwks', 'rpc', 'support'];
const kindOf = (name: string) => KINDS[KIND_OF[name] ?? 'table'];

const settings = await deployedSettings();
const bundles = new Map<string, Bundle>(
  await Promise.all(
    NAMES.map(async (name) => [name, await bundle({ file: `functions/${name}.ts` }, settings)] as const),
  ),
);
const inputsOf = (name: string) => Object.keys(bundles.get(name)?.bytes ?? {});

describe('the bundle of a function', () => {
  it.each(NAMES)('%s is small: it is fetched and compiled at every cold start', (name) => {
    const code = bundles.get(name)?.code ?? Buffer.of();
    const limit = kindOf(name);

    expect(code.length).toBeGreaterThan(200_000);
    expect(code.length / 1_000).toBeLessThanOrEqual(limit.bundle);
    expect(deflateRawSync(code, { level: 9 }).length / 1_000).toBeLessThanOrEqual(limit.archive);
  });

  it.each(NAMES)('%s brings the clients of the services that it calls, and no other', (name) => {
    const clients = inputsOf(name).flatMap((path) => /@aws-sdk\/client-([\w-]+)\//.exec(path)?.[1] ?? []);
    expect([...new Set(clients)].sort()).toEqual(kindOf(name).clients);
  });

  it.each(NAMES)('%s brings the numbering plans only where it reads a number', (name) => {
    const plans = inputsOf(name).filter((path) => path.includes('/libphonenumber-js/'));
    expect(plans.length > 0).toBe(['setPhone', 'setUserPhone', 'rpc'].includes(name));
  });

  it.each(NAMES)('%s loads nothing but itself and Node: what is left outside is imported on demand', (name) => {
    const outside = bundles.get(name)?.outside ?? [];
    expect(outside.filter(({ kind }) => kind !== 'dynamic-import')).toEqual([]);
    expect(outside.map(({ path }) => path)).toContain('@aws-sdk/credential-provider-sso');
  });

  it.each(NAMES)('%s holds no package in both of the forms that it is published in', (name) => {
    expect(inputsOf(name).filter((path) => /\/dist-cjs\//.test(path))).toEqual([]);
  });
});

describe('where claims are trusted', () => {
  it('a function that reads them brings the numbering plans, and leaves nothing outside that it will ask for', async () => {
    const trusting = await bundle(
      { file: 'functions/addOtpSms.ts' },
      await deployedSettings({ TRUST_PHONE_CLAIMS: 'true' }),
    );
    expect(trusting.code.length / 1_000).toBeLessThanOrEqual(KINDS.table.bundle + NUMBERING_PLANS.bundle);
    const archive = deflateRawSync(trusting.code, { level: 9 }).length;
    expect(archive / 1_000).toBeLessThanOrEqual(KINDS.table.archive + NUMBERING_PLANS.archive);
    expect(Object.keys(trusting.bytes)).toContain('lib/auth/claimedPhone.ts');
    expect(trusting.outside.filter(({ path }) => path.includes('claimedPhone'))).toEqual([]);
  });
});

describe('what functions are bundled with', () => {
  it('is options that leave a dependency as it is published', () => {
    const known = ['bundle', 'minify', 'platform', 'target', 'format', 'outExtension', 'mainFields', 'external'];
    expect(Object.keys(settings).filter((name) => !known.includes(name))).toEqual([]);
  });
});
