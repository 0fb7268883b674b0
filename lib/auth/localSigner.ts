import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { SettingError } from '../config/settingError.ts';
import type { Signer } from './signer.ts';

/** Signs with a key of this process, PKCS #8, for machines without AWS. Throws when it is no P-256 key. */
export const createLocalSigner = (pkcs8: Buffer): Signer => {
  const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw new SettingError('PROOF_KEY', ' to a P-256 key');
  return {
    sign: async (message) => sign('sha256', Buffer.from(message), { key, dsaEncoding: 'ieee-p1363' }),
    publicKey: async () => createPublicKey(key),
  };
};
