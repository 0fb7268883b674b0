/** What of a google.rpc.Status a page looks at. */
type Status = { readonly message?: string; readonly details?: readonly Partial<Refusal>[] };

/** A refusal: decide by its `reason`, never by its text; `metadata` holds what goes with it. */
export class Refusal extends Error {
  readonly reason: string;
  readonly metadata: Readonly<Record<string, string | undefined>>;

  constructor({ message, details = [] }: Status) {
    super(message ?? 'No answer of the API');
    const { reason = 'UNKNOWN', metadata = {} } = details.find((detail) => 'reason' in detail) ?? {};
    this.reason = reason;
    this.metadata = metadata;
  }
}

/** Calls the API as the user of an access token; a `fetch` of your own can watch the calls. */
export const createClient = (baseUrl: string, accessToken: () => string, fetch = globalThis.fetch.bind(globalThis)) => {
  let aheadMs = 0; // by how much the server's clock is ahead of this one

  return {
    /** The server's time, by which `resendAt`, `expiresAt` and `lockedUntil` are counted down. */
    now: (): number => Date.now() + aheadMs,

    /** Calls an operation, like `PUT /users/me/phone`. Throws a Refusal; a TypeError where nothing answers. */
    async call<Answer>(operation: string, body?: object, stepUpProof?: string): Promise<Answer> {
      const [method = '', path] = operation.split(' ');
      const request = {
        method,
        headers: {
          authorization: `Bearer ${accessToken()}`,
          ...(body && { 'content-type': 'application/json' }),
          ...(method !== 'GET' && { 'idempotency-key': crypto.randomUUID() }),
          ...(stepUpProof && { 'step-up-proof': stepUpProof }),
        },
        ...(body && { body: JSON.stringify(body) }),
      };
      // Where the answer is lost on its way, the same key has it told again, and nothing done twice.
      const response = await fetch(baseUrl + path, request).catch(() => fetch(baseUrl + path, request));
      const date = response.headers.get('date');
      if (date) aheadMs = Date.parse(date) - Date.now();
      const answer = await response.json().catch(() => ({}));
      if (!response.ok) throw new Refusal(answer as Status);
      return answer as Answer;
    },
  };
};

export type Client = ReturnType<typeof createClient>;
