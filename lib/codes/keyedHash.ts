import { createHmac } from 'node:crypto';
import type { CodeKind, Purpose } from '../domain/code.ts';

/** Computes HMAC-SHA-256 under a key that is not in the table. */
export type KeyedHash = {
  /** Base64 of the MAC. Throws CODE_KEY_UNAVAILABLE, or INTERNAL where the key is not ours to use. */
  mac(message: string, signal?: AbortSignal): Promise<string>;
};

/** What is known of a code before the user is loaded. */
export type CodeOf = { readonly userId: string; readonly kind: CodeKind };

/** What else a code is bound to. */
export type Binding = {
  /** The number that it goes to, E.164. */
  readonly phone: string;
  readonly purpose: Purpose | null;
  /** The id of its challenge; of a verification, which has none, a random salt. */
  readonly nonce: string;
};

/** The MAC of a code's digits: all that takes the key, and so can be made while the user is loaded. */
export const macCode = (
  key: KeyedHash,
  { userId, kind }: CodeOf,
  digits: string,
  signal?: AbortSignal,
): Promise<string> => key.mac(JSON.stringify(['otp-code/2', kind, userId, digits]), signal);

/** The hash of a code as it is stored: it says nothing of the digits, nor of the same ones for another number or request. */
export const hashCode = (mac: string, { phone, purpose, nonce }: Binding): string =>
  createHmac('sha256', Buffer.from(mac, 'base64'))
    .update(JSON.stringify([phone, purpose, nonce]))
    .digest('base64');
