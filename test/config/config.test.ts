import { describe, expect, it, vi } from 'vitest';
import { readConfig } from '../../lib/config/config.ts';
import { createSigningKey } from '../support/tokens.ts';

const COMPLETE = {
  TABLE_NAME: 'table',
  TOKEN_ISSUER: 'https://id.example',
  TOKEN_AUDIENCE: 'otp-sms-factor',
  DEFAULT_RESOURCE_OWNER: 'organisation',
  PROOF_ISSUER: 'https://api.example',
};

describe('what is read', () => {
  it('is little more than what is required, with an explicit null for each check that is not made', () => {
    expect(readConfig(COMPLETE)).toEqual({
      table: 'table',
      policy: {
        defaultOwner: 'organisation',
        codeLife: 300,
        codeDigits: 6,
        firstWait: 30,
        messagesPerDay: 10,
        lockAfter: 10,
        stepUp: { acrValues: [], amrValues: [] },
        countries: new Set(),
      },
      env: COMPLETE,
      token: {
        issuer: 'https://id.example',
        audiences: ['otp-sms-factor'],
        clientIds: null,
        jwksUri: 'https://id.example/.well-known/jwks.json',
        jwks: null,
        algorithms: ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
        tokenType: null,
        scope: null,
        ownerClaim: 'urn:zitadel:iam:user:resourceowner:id',
        trustsPhone: false,
        services: null,
        defaultOwner: 'organisation',
      },
    });
  });

  it('takes everything else from its variable', () => {
    const jwks = JSON.stringify({ keys: [createSigningKey('EdDSA').jwk] });

    const { token } = readConfig({
      ...COMPLETE,
      TOKEN_AUDIENCE: '',
      TOKEN_CLIENT_ID: 'web, , app',
      JWKS_URI: 'https://keys.example/oauth/v2/keys',
      JWKS: ` ${jwks}\n`,
      TOKEN_ALGORITHMS: 'ES256, EdDSA',
      TOKEN_TYPE: 'at+jwt',
      REQUIRED_SCOPE: 'otp_sms',
      RESOURCE_OWNER_CLAIM: 'org_id',
    });

    expect(token).toEqual({
      issuer: 'https://id.example',
      audiences: null,
      clientIds: ['web', 'app'],
      jwksUri: 'https://keys.example/oauth/v2/keys',
      jwks,
      algorithms: ['ES256', 'EdDSA'],
      tokenType: 'at+jwt',
      scope: 'otp_sms',
      ownerClaim: 'org_id',
      trustsPhone: false,
      services: null,
      defaultOwner: 'organisation',
    });
  });

  it.each([
    ['https://id.example/', 'https://id.example/.well-known/jwks.json'],
    ['https://id.example/realms/one', 'https://id.example/realms/one/.well-known/jwks.json'],
    ['http://127.0.0.1:3001', 'http://127.0.0.1:3001/.well-known/jwks.json'],
    ['http://localhost:3001', 'http://localhost:3001/.well-known/jwks.json'],
    ['http://[::1]:3001', 'http://[::1]:3001/.well-known/jwks.json'],
  ])('leaves the issuer %s as it is and finds its keys at %s', (issuer, jwksUri) => {
    expect(readConfig({ ...COMPLETE, TOKEN_ISSUER: issuer }).token).toMatchObject({ issuer, jwksUri });
  });

  it('comes from the environment of the process when no other is given', () => {
    for (const [name, value] of Object.entries(COMPLETE)) vi.stubEnv(name, value);
    vi.stubEnv('TABLE_NAME', 'table-of-the-process');

    expect(readConfig().table).toBe('table-of-the-process');
    vi.unstubAllEnvs();
  });
});

describe('what is refused at start', () => {
  const refusal = (changed: Record<string, string | undefined>) => () => readConfig({ ...COMPLETE, ...changed });

  it.each(['TABLE_NAME', 'TOKEN_ISSUER', 'DEFAULT_RESOURCE_OWNER'])('%s missing, empty or blank', (name) => {
    expect(refusal({ [name]: undefined })).toThrow(`Set ${name}: `);
    expect(refusal({ [name]: '' })).toThrow(`Set ${name}: `);
    expect(refusal({ [name]: ' ' })).toThrow(`Set ${name}: `);
  });

  it.each([
    ['neither', {}],
    ['neither but commas', { TOKEN_AUDIENCE: ' , ', TOKEN_CLIENT_ID: ',' }],
    ['both', { TOKEN_AUDIENCE: 'otp-sms-factor', TOKEN_CLIENT_ID: 'client' }],
  ])('%s of audience and client', (_, changed) => {
    expect(refusal({ TOKEN_AUDIENCE: undefined, ...changed })).toThrow(/^Set TOKEN_AUDIENCE .* or TOKEN_CLIENT_ID /);
  });

  it.each(
    ['TOKEN_ISSUER', 'JWKS_URI'].flatMap((name) =>
      [
        'http://id.example',
        'http://localhost.id.example',
        'http://127.0.0.1@id.example',
        'http://127.0.0.2',
        'ftp://127.0.0.1',
        'id.example',
        'file:///etc/keys',
      ].map((value) => [name, value] as const),
    ),
  )('%s=%s: keys over a line that others can write to', (name, value) => {
    expect(refusal({ [name]: value })).toThrow(`Set ${name} to an https:// URL (http:// is for this machine only)`);
  });

  it.each([
    ['an algorithm that is none', 'RS256,ES256K', /^Set TOKEN_ALGORITHMS to some of RS256,.*,Ed25519, not "ES256K"$/],
    ['one with a secret that is shared', 'HS256', /not "HS256"$/],
    ['one that is none', 'none', /not "none"$/],
  ])('TOKEN_ALGORITHMS with %s', (_, TOKEN_ALGORITHMS, message) => {
    expect(refusal({ TOKEN_ALGORITHMS })).toThrow(message);
  });

  it('a TOKEN_TYPE that tokens cannot be told by', () => {
    expect(refusal({ TOKEN_TYPE: 'JWT' })).toThrow('Set TOKEN_TYPE to at+jwt, or leave it out; not "JWT"');
  });

  it.each([
    ['no JSON', 'secret-key'],
    ['no object', '[]'],
    ['null', 'null'],
    ['no keys', '{"keys":{}}'],
    ['not one key', '{"keys":[]}'],
    ['a key without its type', '{"keys":[{"kid":"1"}]}'],
    ['keys that cannot be read', '{"keys":[{"kty":"RSA","n":"0","e":"AQAB"},{"kty":"RSA","kid":""},"key",null]}'],
    ['a key for encryption', JSON.stringify({ keys: [{ ...createSigningKey().jwk, use: 'enc' }] })],
    ['an RSA key of 1,024 bits', JSON.stringify({ keys: [createSigningKey('RS256', true, 1_024).jwk] })],
  ])('JWKS with %s, in words that do not quote it', (_, JWKS) => {
    expect(refusal({ JWKS })).toThrow(
      /^Set JWKS to a JSON Web Key Set, \{"keys":\[…\]\} with keys that verify signatures, or leave it out$/,
    );
  });

  it.each([
    ['TRUST_PHONE_CLAIMS', 'True', 'Set TRUST_PHONE_CLAIMS to true or false, not "True"'],
    ['REQUIRED_SCOPE', 'otp sms', 'Set REQUIRED_SCOPE to one scope, not "otp sms"'],
  ])('%s=%s', (name, value, message) => {
    expect(refusal({ [name]: value })).toThrow(message);
  });
});
