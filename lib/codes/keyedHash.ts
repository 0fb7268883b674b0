import type { CodeKind } from '../domain/code.ts';

/** Computes HMAC-SHA-256 under a key that is not in the table. */
export type KeyedHash = {
  /** Base64 of the MAC. Throws CODE_KEY_UNAVAILABLE, or INTERNAL where the key is not ours to use. */
  mac(message: string, signal?: AbortSignal): Promise<string>;
};

/** What a hash is bound to. */
export type Binding = { readonly userId: string; readonly kind: CodeKind; readonly phone: string };

/** The keyed hash of a code, bound to user, kind and number: it says nothing of any other, nor of the code. */
export const hashCode = (
  key: KeyedHash,
  { userId, kind, phone }: Binding,
  digits: string,
  signal?: AbortSignal,
): Promise<string> => key.mac(JSON.stringify([userId, kind, phone, digits]), signal);
