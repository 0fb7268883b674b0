import { GenerateMacCommand, KMSClient } from '@aws-sdk/client-kms';
import { DomainError } from '../domain/errors.ts';
import type { KeyedHash } from './keyedHash.ts';

/** A keyed hash under an HMAC key of AWS KMS, which never leaves it. */
export const createKmsKey = (keyId: string): KeyedHash => {
  const client = new KMSClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
  });
  return {
    async mac(message, signal) {
      const command = new GenerateMacCommand({
        KeyId: keyId,
        MacAlgorithm: 'HMAC_SHA_256',
        Message: Buffer.from(message),
      });
      try {
        const { Mac } = await client.send(command, signal ? { abortSignal: signal } : {});
        return Buffer.from(Mac as Uint8Array).toString('base64');
      } catch (cause) {
        throw new DomainError('CODE_KEY_UNAVAILABLE', { retryAfter: 1, cause });
      }
    },
  };
};
