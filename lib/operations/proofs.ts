import { createKmsSigner } from '../auth/kmsSigner.ts';
import { createLocalSigner } from '../auth/localSigner.ts';
import { createProofs, type Proofs } from '../auth/proofs.ts';
import type { Environment } from '../config/env.ts';
import { readProofKeySettings, readProofSettings } from '../config/proofs.ts';

/** What signs proofs, or `null` where none are given; only functions that sign or publish call this. */
export const connectProofs = (env: Environment): Proofs | null => {
  const settings = readProofSettings(env);
  if (!settings) return null;
  const key = readProofKeySettings(env);
  return createProofs('keyId' in key ? createKmsSigner(key.keyId) : createLocalSigner(key.secret), settings);
};
