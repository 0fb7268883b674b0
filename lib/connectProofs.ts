import type { Environment } from './environment.ts';
import { createKmsSigner } from './proofs/kmsSigner.ts';
import { createLocalSigner } from './proofs/localSigner.ts';
import { createProofs, type Proofs } from './proofs/proofs.ts';
import { readProofKeySettings, readProofSettings } from './proofs/settings.ts';

/** What signs proofs, or `null` where none are given; only functions that sign or publish call this. */
export const connectProofs = (env: Environment): Proofs | null => {
  const settings = readProofSettings(env);
  if (!settings) return null;
  const key = readProofKeySettings(env);
  return createProofs('keyId' in key ? createKmsSigner(key.keyId) : createLocalSigner(key.secret), settings);
};
