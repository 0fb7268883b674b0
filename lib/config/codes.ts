import { type Environment, optional, required } from './env.ts';
import { SettingError } from './settingError.ts';

/** Bytes of the shortest local key: as long as the hash (RFC 2104, section 3). */
const MIN_KEY_BYTES = 32;

/** RFC 4648, section 4; Node would skip over what is none of it, and the key would be shorter than it looks. */
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** Where the key for the hashes of codes is: in AWS KMS, or on machines without AWS in the environment. */
type KeySettings = { readonly keyId: string } | { readonly secret: Buffer };

/** Reads where the key is. Throws with the name of the variable and what to set it to. */
export const readKeySettings = (env: Environment): KeySettings => {
  const local = optional(env, 'CODE_KEY');
  if (local === null) {
    return { keyId: required(env, 'CODE_KEY_ID', 'the ARN of the HMAC key in AWS KMS that codes are hashed with') };
  }
  const secret = Buffer.from(local, 'base64');
  if (!BASE64.test(local) || secret.length < MIN_KEY_BYTES)
    throw new SettingError('CODE_KEY', ` to at least ${MIN_KEY_BYTES} random bytes in base64`);
  return { secret };
};
