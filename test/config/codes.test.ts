import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readKeySettings } from '../../lib/config/codes.ts';

const KEY = randomBytes(32);

describe('the key that codes are hashed with', () => {
  it('is in AWS KMS', () => {
    expect(readKeySettings({ CODE_KEY_ID: ' arn:aws:kms:eu-central-1:123456789012:key/1 ' })).toEqual({
      keyId: 'arn:aws:kms:eu-central-1:123456789012:key/1',
    });
  });

  it.each([KEY, randomBytes(33), randomBytes(64)])('is in the environment of machines without AWS', (secret) => {
    expect(readKeySettings({ CODE_KEY: secret.toString('base64') })).toEqual({ secret });
  });

  it('must be somewhere', () => {
    expect(() => readKeySettings({})).toThrow('Set CODE_KEY_ID: the ARN of the HMAC key');
    expect(() => readKeySettings({ CODE_KEY: ' ', CODE_KEY_ID: '' })).toThrow('Set CODE_KEY_ID: ');
  });

  it.each([
    ['too short', randomBytes(31).toString('base64')],
    ['no base64, though much of it would be skipped', `${KEY.toString('hex')}-${KEY.toString('hex')}`],
    ['words', 'correct horse battery staple correct horse battery staple'],
  ])('is refused when it is %s, in words that do not quote it', (_, CODE_KEY) => {
    expect(() => readKeySettings({ CODE_KEY, CODE_KEY_ID: 'another' })).toThrow(
      /^Set CODE_KEY to at least 32 random bytes in base64$/,
    );
  });
});
