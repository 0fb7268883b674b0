import { type Answer, type Call, describe } from './api.ts';

/** How a person is asked for something. */
export type Ask = (question: string) => Promise<string>;

const FACTOR = '/users/me/auth_factors/otp_sms';

/**
 * Takes a user without a phone all the way: phone, enrolment, a login, and back to where it began. Each code is typed in.
 * Throws at the first step that is not answered 2xx.
 */
export const walk = async (call: Call, ask: Ask, saw: (step: string, answer: Answer) => void): Promise<void> => {
  const step = async (name: string, http: string, body?: object, headers?: Record<string, string>) => {
    const answer = await call(http, body, headers);
    if (answer.status >= 300) throw new Error(`${name}: ${describe(answer)}`);
    saw(name, answer);
    return answer.body;
  };

  const challengeAndCheck = async (purpose: string): Promise<string | undefined> => {
    const { challenge = { maskedPhone: 'the phone' } } = await step(
      `challenge (${purpose})`,
      `POST ${FACTOR}/_challenge`,
      { purpose },
    );
    const code = await ask(`The code that came to ${challenge.maskedPhone}: `);
    const { proof } = await step('check', `POST ${FACTOR}/_check`, { code, challengeId: challenge.challengeId });
    return proof;
  };

  /** Removing wants a fresh proof where step-up is required. */
  const remove = async (name: string, http: string) => {
    const answer = await call(http);
    if (answer.status !== 401) {
      if (answer.status >= 300) throw new Error(`${name}: ${describe(answer)}`);
      return saw(name, answer);
    }
    saw(`${name} wants a proof`, answer);
    const proof = await challengeAndCheck('PURPOSE_STEP_UP');
    await step(name, http, undefined, { 'step-up-proof': proof ?? '' });
  };

  const phone = await ask('The number of a mobile phone that you hold, like +41791234567: ');
  await step('set the phone', 'PUT /users/me/phone', { phone });
  const code = await ask(`The code that came to ${phone}: `);
  await step('verify it', 'POST /users/me/phone/_verify', { code });
  await step('enrol', `POST ${FACTOR}`);
  await challengeAndCheck('PURPOSE_LOGIN');
  await remove('remove the factor', `DELETE ${FACTOR}`);
  await remove('remove the phone', 'DELETE /users/me/phone');
};
