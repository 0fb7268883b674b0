import { createHmac } from 'node:crypto';
import type { KeyedHash } from './keyedHash.ts';

/** A keyed hash under a key of this process, for machines without AWS. */
export const createLocalKey = (key: Buffer): KeyedHash => ({
  mac: async (message) => createHmac('sha256', key).update(message).digest('base64'),
});
