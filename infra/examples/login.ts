import { randomUUID } from 'node:crypto';
import { createRemoteJWKSet, jwtVerify } from 'jose';

/** What a login back end needs to know: where the API is, and how it comes by its own access token, of its `sub`. */
export type Service = {
  readonly api: string;
  readonly subject: string;
  readonly accessToken: () => Promise<string>;
};

/** What is passed on of the browser: messages are counted by its address, and written in a language it likes. */
export type Browser = { readonly address: string; readonly languages: string };

/** What is kept in the session of the browser, on the server's side, until the code is entered. */
export type Pending = { readonly userId: string; readonly challengeId: string; readonly nonce: string };

/** What the API answers, as far as it is looked into here. */
type Answer = {
  readonly challenge: { readonly challengeId: string };
  readonly proof: string;
  readonly message: string;
  readonly details: readonly { readonly reason?: string }[];
};

/** The second step of a login, for a user whose password was right: nothing here looks for a first factor. */
export const createSecondStep = ({ api, subject, accessToken }: Service) => {
  const keys = createRemoteJWKSet(new URL(`${api}/.well-known/jwks.json`));

  const post = async (userId: string, action: string, body: object, headers: Record<string, string> = {}) => {
    if (/[/?#%]/.test(userId)) throw new Error('No path names this user for certain');
    const response = await fetch(`${api}/v2/users/${encodeURIComponent(userId)}/otp_sms/${action}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await accessToken()}`, ...headers },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as Answer;
    if (response.ok) return { answer };
    return { answer, refusal: answer.message, reason: answer.details.find(({ reason }) => reason)?.reason };
  };

  return {
    /** Sends the code. Who is not enrolled has no second step: let them pass, or have them enrol first. */
    async begin(userId: string, { address, languages }: Browser): Promise<Pending | 'not enrolled'> {
      const headers = { 'Otp-User-Address': address, 'Accept-Language': languages };
      const { answer, reason, refusal } = await post(userId, '_challenge', { purpose: 'PURPOSE_LOGIN' }, headers);
      if (reason === 'OTP_SMS_NOT_CHALLENGEABLE') return 'not enrolled';
      if (refusal) throw new Error(refusal);
      return { userId, challengeId: answer.challenge.challengeId, nonce: randomUUID() };
    },

    /** Whether the code was right, shown by a proof for this service, this user and this login. */
    async finish({ userId, challengeId, nonce }: Pending, code: string): Promise<boolean> {
      const { answer, reason, refusal } = await post(userId, '_check', { challengeId, code, nonce });
      if (reason === 'OTP_SMS_CODE_WRONG' || reason === 'CODE_LENGTH') return false;
      if (refusal) throw new Error(refusal);
      const expected = { issuer: api, audience: subject, subject: userId, typ: 'otp-sms-proof+jwt' };
      const { payload } = await jwtVerify(answer.proof, keys, { ...expected, algorithms: ['ES256'] });
      return payload.nonce === nonce && payload.purpose === 'LOGIN';
    },
  };
};
