import { createHash, randomBytes } from 'node:crypto';

/** Bytes that nobody guesses. */
const NONCE_BYTES = 16;

/** A new nonce for a code: the id of its challenge, which only the caller gets to know, or the salt of a verification. */
export const drawNonce = (): string => randomBytes(NONCE_BYTES).toString('base64url');

/** What is kept of the id of a challenge; of 128 random bits a plain hash gives nothing away. */
export const hashChallengeId = (id: string): string => createHash('sha256').update(id).digest('base64');
