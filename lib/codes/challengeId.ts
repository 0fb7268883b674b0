import { createHash, randomBytes } from 'node:crypto';

/** Bytes of an id that nobody guesses. */
const LENGTH = 16;

/** A new id of a challenge, which only its caller gets to know. */
export const drawChallengeId = (): string => randomBytes(LENGTH).toString('base64url');

/** What is kept of an id; of 128 random bits a plain hash gives nothing away. */
export const hashChallengeId = (id: string): string => createHash('sha256').update(id).digest('base64');
