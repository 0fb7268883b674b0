import { fromEnv } from '@aws-sdk/credential-provider-env';

/** Milliseconds for one attempt; three of them stay inside a function's time-out of 10 s. */
const ATTEMPT_TIMEOUT_MS = 2_000;

type Attempts = {
  /** How often a request is made at the most, the first time included. */
  readonly maxAttempts: number;
  /** Milliseconds for one attempt, its connection included, and between two pieces of its answer. */
  readonly attemptTimeoutMs?: number;
};

/**
 * The options of every client of AWS: few, short attempts, and the credentials that Lambda puts into the environment, so
 * that no other source of them is looked for.
 *
 * A connection that was kept while the function was frozen may be dead, which shows only when it is used. Who must not
 * try again keeps none; the others keep one less than they make attempts, so that the last attempt has a fresh connection.
 */
export const clientOptions = ({ maxAttempts, attemptTimeoutMs = ATTEMPT_TIMEOUT_MS }: Attempts) => {
  const kept = maxAttempts - 1;
  const agent = kept > 0 ? { keepAlive: true, maxFreeSockets: kept } : { keepAlive: false };
  return {
    credentials: fromEnv(),
    maxAttempts,
    requestHandler: {
      connectionTimeout: attemptTimeoutMs,
      requestTimeout: attemptTimeoutMs,
      throwOnRequestTimeout: true,
      // The request's time-out ends with the head of the answer; a body that stops half-way is for the socket's.
      socketTimeout: attemptTimeoutMs,
      httpAgent: agent,
      httpsAgent: agent,
    },
  };
};

/** The options of one request: it is given up with the signal. */
export const sendOptions = (signal: AbortSignal | undefined) => (signal ? { abortSignal: signal } : {});
