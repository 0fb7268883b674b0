import { createHmac } from 'node:crypto';
import type { KeyedHash } from './keyedHash.ts';

/** Characters of a pseudonym: 132 bits in base64url. */
const LENGTH = 22;

/** Pseudonyms under a key of their own, which is nowhere in the table. */
export type Pseudonyms = {
  /** Fetches the key beforehand. */
  warmUp(): Promise<unknown>;
  /** What stands for a value, the same in every process. Throws what the code's key throws. */
  of(...parts: readonly string[]): Promise<string>;
};

/**
 * Pseudonyms for what must not be read in the table, a number or an address, under a key that is derived from the key of
 * codes: one MAC for the life of a process, since a MAC of AWS KMS for each would cost as much as a code's.
 *
 * The label tells the derived keys apart; no message that a code is hashed with looks like it.
 */
export const createPseudonyms = (key: KeyedHash, label: string): Pseudonyms => {
  let derived: Promise<Buffer> | undefined;
  const derive = () => {
    derived ??= key.mac(JSON.stringify([label])).then(
      (mac) => Buffer.from(mac, 'base64'),
      (error: unknown) => {
        derived = undefined;
        throw error;
      },
    );
    return derived;
  };
  return {
    warmUp: derive,
    of: async (...parts) =>
      createHmac('sha256', await derive())
        .update(JSON.stringify(parts))
        .digest('base64url')
        .slice(0, LENGTH),
  };
};
