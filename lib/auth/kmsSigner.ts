import { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { clientOptions, sendOptions } from '../aws/clientOptions.ts';
import { isTransientError } from '../aws/isTransientError.ts';
import { ApiError } from '../errors/errors.ts';
import { fromSpki, type Signer } from './signer.ts';

/** Signs with an ECC_NIST_P256 key of AWS KMS, which never leaves it. */
export const createKmsSigner = (keyId: string): Signer => {
  const client = new KMSClient(clientOptions({ maxAttempts: 3 }));
  return {
    async sign(message, signal) {
      const command = new SignCommand({
        KeyId: keyId,
        Message: Buffer.from(message),
        MessageType: 'RAW',
        SigningAlgorithm: 'ECDSA_SHA_256',
      });
      const { Signature } = await client.send(command, sendOptions(signal)).catch(refuse);
      return toJose(Buffer.from(Signature as Uint8Array));
    },
    async publicKey() {
      const { PublicKey } = await client.send(new GetPublicKeyCommand({ KeyId: keyId })).catch(refuse);
      return fromSpki(PublicKey as Uint8Array);
    },
  };
};

/** A key that is denied, disabled or not there is a mistake of ours: asking again in a second would not help. */
const refuse = (cause: unknown): never => {
  throw isTransientError(cause)
    ? new ApiError('PROOF_KEY_UNAVAILABLE', { retryAfter: 1, cause })
    : new ApiError('INTERNAL', { cause });
};

/** Bytes of each of the two numbers of a P-256 signature. */
const NUMBER_BYTES = 32;

/** KMS answers in DER (RFC 3279, section 2.2.3); JOSE wants the two numbers at their full length, beside each other. */
const toJose = (der: Buffer): Buffer => {
  const r = integerAt(der, 2);
  const s = integerAt(der, r.end);
  return Buffer.concat([r.value, s.value]);
};

const integerAt = (der: Buffer, offset: number): { readonly value: Buffer; readonly end: number } => {
  const end = offset + 2 + der.readUInt8(offset + 1);
  const bytes = der.subarray(offset + 2, end).subarray(-NUMBER_BYTES);
  return { value: Buffer.concat([Buffer.alloc(NUMBER_BYTES - bytes.length), bytes]), end };
};
