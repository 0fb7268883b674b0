import { describe, expect, it, vi } from 'vitest';
import { functionProblems } from '../../infra/settings/functionProblems.ts';
import { problemsOfService } from '../../infra/settings/problems.ts';
import { readSetting } from '../../infra/settings/settings.ts';
import { readKeySet } from '../../lib/auth/jwks.ts';
import { SMS_SETTINGS, TOKEN_SETTINGS } from '../support/package.ts';
import { createSigningKey } from '../support/tokens.ts';

const REGION = 'eu-central-1';

/** A function that reads each setting there is. */
const FUNCTION = { handler: 'functions/rpc.handler' };

const COMPLETE: Record<string, unknown> = {
  TABLE_NAME: 'otp-sms-factor-dev',
  CODE_KEY_ID: { 'Fn::GetAtt': ['CodeKey', 'Arn'] },
  PROOF_KEY_ID: { 'Fn::GetAtt': ['ProofKey', 'Arn'] },
  PROOF_ISSUER: { 'Fn::Sub': `https://\${HttpApi}.execute-api.\${AWS::Region}.\${AWS::URLSuffix}` },
  ...TOKEN_SETTINGS,
  ...SMS_SETTINGS,
};

const custom = { roleName: `otp-sms-factor-dev-\${AWS::Region}` };

const problems = (changed: Record<string, unknown> = {}) => {
  const provider = { environment: { ...COMPLETE, ...changed } };
  return problemsOfService({ custom, provider, functions: { rpc: FUNCTION } }, REGION);
};

describe('settings with which nothing is wrong', () => {
  it('are deployed, without those that are empty', async () => {
    const provider = { environment: { ...COMPLETE, STEP_UP: '', JWKS_URI: '' } };
    expect(await problemsOfService({ custom, provider, functions: { rpc: FUNCTION } }, REGION)).toEqual([]);
    expect(provider.environment).toEqual(COMPLETE);
  });

  it('may be ones that a start tells in its log', async () => {
    expect(await problems({ STEP_UP: 'off' })).toEqual([]);
  });
});

describe('a setting that would end a function at start', () => {
  /** What is wrong, and the one line that ends the packaging. */
  const ROWS: readonly (readonly [settings: Record<string, string>, line: RegExp])[] = [
    [{ TOKEN_ISSUER: '' }, /^Set TOKEN_ISSUER: the issuer/],
    [{ TOKEN_ISSUER: 'issuer.example' }, /^Set TOKEN_ISSUER to an https:\/\/ URL/],
    [{ TOKEN_AUDIENCE: '' }, /^Set TOKEN_AUDIENCE .* or TOKEN_CLIENT_ID /],
    [{ TOKEN_CLIENT_ID: 'client' }, /^Set TOKEN_AUDIENCE .* or TOKEN_CLIENT_ID /],
    [{ DEFAULT_RESOURCE_OWNER: '' }, /^Set DEFAULT_RESOURCE_OWNER: the organisation/],
    [{ JWKS_URI: 'ftp://issuer.example' }, /^Set JWKS_URI to an https:\/\/ URL/],
    [{ JWKS: '{}' }, /^Set JWKS to a JSON Web Key Set/],
    [{ REQUIRED_SCOPE: 'otp sms' }, /^Set REQUIRED_SCOPE to one scope, not "otp sms"$/],
    [{ TRUST_PHONE_CLAIMS: 'True' }, /^Set TRUST_PHONE_CLAIMS to true or false, not "True"$/],
    [{ SMS_COUNTRIES: 'ch' }, /^Set SMS_COUNTRIES to ISO 3166-1 codes like CH,GB, or to all; not "ch"$/],
    [{ STEP_UP: 'on' }, /^Set STEP_UP to required or off, not "on"$/],
    [{ STEP_UP_ACR_VALUES: '1' }, /^Set STEP_UP_ACR_VALUES to what only a second factor gives, .*, not "1"$/],
    [{ STEP_UP_AMR_VALUES: 'hwk,pwd' }, /^Set STEP_UP_AMR_VALUES to what only a second factor gives, .*, not "pwd"$/],
    [{ TOKEN_ALGORITHMS: 'HS256' }, /^Set TOKEN_ALGORITHMS to some of RS256,.*, not "HS256"$/],
    [{ TOKEN_TYPE: 'jwt' }, /^Set TOKEN_TYPE to at\+jwt, or leave it out; not "jwt"$/],
    [{ PROOF_FORMER_KEY_ID: 'arn:aws:kms:…' }, /^Set PROOF_FORMER_KEY_ID to the id of the former key in AWS KMS/],
    [{ CODE_LIFE_SECONDS: '3600' }, /^Set CODE_LIFE_SECONDS to a whole number from 30 to 600, not "3600"$/],
    [{ OTP_SMS_DIGITS: '4' }, /^Set OTP_SMS_DIGITS to a whole number from 6 to 8, not "4"$/],
    [{ LOCK_AFTER_FAILURES: '0' }, /^Set LOCK_AFTER_FAILURES to a whole number from 1 to 100, not "0"$/],
    [{ RESEND_WAIT_SECONDS: '1e3' }, /^Set RESEND_WAIT_SECONDS to a whole number/],
    [{ SMS_ORIGIN_HOST: 'https://example.com' }, /^Set SMS_ORIGIN_HOST to a host name .* without https:\/\/$/],
    [{ SMS_ORIGINATION_IDENTITY: 'pool-0' }, /^Set SMS_ORIGINATION_IDENTITY to the ARN of .*, not "pool-0"$/],
    [
      { SMS_ORIGINATION_IDENTITY: 'arn:aws:sms-voice:us-east-1:111122223333:pool/pool-0' },
      /^Set SMS_ORIGINATION_IDENTITY to one of eu-central-1, where the stack is: this one is of us-east-1$/,
    ],
    [{ SMS_MAX_PRICE: '1' }, /^Set SMS_MAX_PRICE to US dollars for one message, like 0.15$/],
    [{ SMS_BUDGET_USER: '0' }, /^Set SMS_BUDGET_USER to a whole number/],
    [{ SMS_BUDGET_LOGIN_COUNTRY_DAY: 'many' }, /^Set SMS_BUDGET_LOGIN_COUNTRY_DAY to a whole number/],
    [{ PROOF_ISSUER: 'https://api.example/auth/v1' }, /^Set PROOF_ISSUER to https:\/\/api\.example: the keys/],
  ];

  it.each(ROWS)('%j ends the packaging with one line', async (settings, line) => {
    const found = await problems(settings);
    expect(found).toEqual([expect.stringMatching(line)]);
    expect(found[0]).not.toContain('\n');
  });

  it('is told once, however many functions it ends, and a fault that is no setting by the name of the function', async () => {
    const start = { ...FUNCTION, environment: { TABLE_NAME: 'table' } };
    const jwks = { name: 'jwks', handler: 'functions/nothing.handler', environment: {} };
    expect(await functionProblems([{ name: 'a', ...start }, { name: 'b', ...start }, jwks])).toEqual([
      expect.stringMatching(/^Set TOKEN_ISSUER: /),
      expect.stringMatching(/^The function jwks does not start: Cannot find module /),
    ]);
  });
});

describe('a setting that is for the deployment alone', () => {
  it.each([
    ['SMS_COUNTRIES', 'AX', 'Set SMS_COUNTRIES to FI in place of AX: they share their numbers'],
    ['SMS_COUNTRIES', 'CH,VA', 'Set SMS_COUNTRIES to IT in place of VA: they share their numbers'],
    ['SMS_COUNTRIES', 'XX', 'Set SMS_COUNTRIES to ISO 3166-1 codes like CH,GB; not "XX"'],
    ['ALARM_EMAIL', 'on-call', 'Set ALARM_EMAIL to an e-mail address'],
    ['RESERVE_CONCURRENCY', 'no', 'Set RESERVE_CONCURRENCY to true or false'],
    ['SMS_SPEND_ALARM', 'much', 'Set SMS_SPEND_ALARM to a whole number of at least 1'],
    ['SMS_HOURLY_ALARM', '0', 'Set SMS_HOURLY_ALARM to a whole number of at least 1'],
    ...['https://a.example/', 'a.example', 'https://a.example,*', 'https://a.example, https://b.example/c'].map(
      (value) => [
        'CORS_ALLOWED_ORIGINS',
        value,
        expect.stringMatching(/^Set CORS_ALLOWED_ORIGINS to origins like .*; not "/),
      ],
    ),
  ])('%s=%s ends the packaging with one line', async (name, value, line) => {
    vi.stubEnv(name, value);
    const found = await problems();
    vi.unstubAllEnvs();
    expect(found).toEqual([line]);
  });

  it('makes an environment that Lambda does not take', async () => {
    const keys = Array.from({ length: 12 }, () => createSigningKey('RS256').jwk);
    expect(await problems({ JWKS: JSON.stringify({ keys }) })).toEqual([
      expect.stringMatching(/^Set JWKS to something shorter: .* Lambda takes 4096$/),
    ]);
  });
});

describe('the name of a stage', () => {
  const problemsOfStage = (stage: string) => {
    const service = { provider: { environment: COMPLETE }, functions: { resendPhoneVerification: FUNCTION } };
    const roleName = `otp-sms-factor-${stage}-\${AWS::Region}`;
    return problemsOfService({ ...service, custom: { roleName } }, REGION);
  };

  it('is refused where the names of roles would be longer than IAM takes', async () => {
    expect(await problemsOfStage('acceptance-1')).toEqual([]);
    expect(await problemsOfStage('integration-test')).toEqual([
      'Give the stage a name that is 4 characters shorter: names of roles take 64 in all',
    ]);
  });
});

describe('a setting', () => {
  const read = (name: string, value: string) => {
    vi.stubEnv(name, value);
    const setting = readSetting(name);
    vi.unstubAllEnvs();
    return setting;
  };

  it('counts as missing when its line is empty', () => {
    expect(read('SMS_SPEND_ALARM', ' ')).toBeNull();
  });

  it('of several origins is a list', () => {
    expect(read('CORS_ALLOWED_ORIGINS', 'https://a.example, https://b.example:8443,')).toEqual([
      'https://a.example',
      'https://b.example:8443',
    ]);
  });

  it.each(['RS256', 'ES256', 'EdDSA'] as const)(
    'of %s keys has all that verifying looks at, and nothing else',
    (alg) => {
      const verifying = { ...createSigningKey(alg).jwk, key_ops: ['verify'] };
      const encrypting = { ...createSigningKey(alg).jwk, use: undefined, key_ops: ['encrypt'] };
      const certificates = { x5c: ['MII'], x5t: 'x', 'x5t#S256': 'x', x5u: 'https://issuer.example', issuer: 'x' };
      const JWKS = JSON.stringify({ keys: [verifying, encrypting].map((key) => ({ ...key, ...certificates })) });
      const text = String(read('JWKS', JWKS));
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify({ keys: [verifying, encrypting] })));
      expect(readKeySet(text)?.keys).toEqual([verifying]);
    },
  );
});
