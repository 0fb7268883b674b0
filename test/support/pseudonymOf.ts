import { createPseudonyms } from '../../lib/codes/derivedKey.ts';
import { createLocalKey } from '../../lib/codes/localKey.ts';
import { CODE_KEY } from './api.ts';

/** What stands for a number in the keys of its counters, under a key of codes in base64. */
export const pseudonymOf = (phone: string, codeKey = CODE_KEY): Promise<string> =>
  createPseudonyms(createLocalKey(Buffer.from(codeKey, 'base64')), 'pseudonym-key/1').of('number', phone);
