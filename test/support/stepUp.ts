import { generateKeyPairSync } from 'node:crypto';
import type { FactorUser } from './factor.ts';

/** Settings of a service that signs proofs, and wants them for whatever weakens an account. */
export const STEP_UP = {
  STEP_UP: 'required',
  PROOF_ISSUER: 'http://127.0.0.1:9',
  PROOF_KEY: generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .privateKey.export({ format: 'der', type: 'pkcs8' })
    .toString('base64'),
};

/** A fresh proof of the factor, as the user gets it from the API. */
export const proofOf = async (user: FactorUser): Promise<Record<string, string>> => {
  await user.call('challengeOtpSms', { purpose: 'PURPOSE_STEP_UP' });
  const { body } = await user.check(user.code());
  return { 'step-up-proof': String(body.proof) };
};
