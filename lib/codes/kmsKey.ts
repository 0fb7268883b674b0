import { GenerateMacCommand, KMSClient } from '@aws-sdk/client-kms';
import { clientOptions, sendOptions } from '../aws/clientOptions.ts';
import { isTransientError } from '../aws/isTransientError.ts';
import { ApiError } from '../errors/errors.ts';
import type { KeyedHash } from './keyedHash.ts';

/** Bytes of an HMAC-SHA-256: an empty one would be the same for every code. */
const MAC_BYTES = 32;

/** A keyed hash under an HMAC key of AWS KMS, which never leaves it. */
export const createKmsKey = (keyId: string): KeyedHash => {
  const client = new KMSClient(clientOptions({ maxAttempts: 3 }));
  return {
    async mac(message, signal) {
      const command = new GenerateMacCommand({
        KeyId: keyId,
        MacAlgorithm: 'HMAC_SHA_256',
        Message: Buffer.from(message),
      });
      const { Mac } = await client.send(command, sendOptions(signal)).catch((error: unknown) => {
        throw keyFailure(error);
      });
      if (Mac?.length !== MAC_BYTES) throw keyFailure(new Error('The answer of AWS KMS holds no HMAC-SHA-256'));
      return Buffer.from(Mac).toString('base64');
    },
  };
};

/** A key that is denied, disabled or not there is a mistake of ours: asking again in a second would not help. */
const keyFailure = (cause: unknown): ApiError =>
  isTransientError(cause)
    ? new ApiError('CODE_KEY_UNAVAILABLE', { retryAfter: 1, cause })
    : new ApiError('INTERNAL', { cause });
