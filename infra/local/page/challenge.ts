import type { Challenge } from './answers.ts';
import { type Client, Refusal } from './client.ts';
import { keep, readSession } from './session.ts';

const FACTOR = '/users/me/auth_factors/otp_sms';

/** Codes of the factor for one purpose. The id of the pending challenge is kept over a reload. */
export const createChallenges = (client: Client, purpose: Challenge['purpose']) => ({
  /** Has a code sent. */
  async ask(): Promise<Challenge> {
    const { challenge } = await client.call<{ challenge: Challenge }>(`POST ${FACTOR}/_challenge`, { purpose });
    keep({ challengeId: challenge.challengeId });
    return challenge;
  },

  /** The pending challenge as it is now, without another message; undefined when it is none any more. */
  async again(): Promise<Challenge | undefined> {
    const { challengeId } = readSession();
    if (challengeId === undefined) return undefined;
    try {
      return (await client.call<{ challenge: Challenge }>(`POST ${FACTOR}/_challenge`, { challengeId })).challenge;
    } catch (error) {
      if (error instanceof Refusal && error.reason === 'CHALLENGE_UNKNOWN') return undefined;
      throw error;
    }
  },

  /** The proof that a right code is answered with. */
  async check(code: string): Promise<string> {
    const { challengeId } = readSession();
    const { proof } = await client.call<{ proof: string }>(`POST ${FACTOR}/_check`, { code, challengeId });
    keep({ challengeId: undefined });
    return proof;
  },
});
