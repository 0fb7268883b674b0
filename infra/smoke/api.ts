import { setTimeout as sleep } from 'node:timers/promises';

/** What the API answered, as far as a step looks into it. */
export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  readonly body: {
    readonly code?: number;
    readonly message?: string;
    readonly keys?: readonly object[];
    readonly phone?: object;
    readonly challenge?: { readonly maskedPhone: string; readonly challengeId?: string };
    readonly proof?: string;
  };
};

/** Milliseconds that an answer may take: longer than a function may run. */
const TIMEOUT_MS = 15_000;

/** Longest wait, in seconds, that is sat out. */
const MAX_WAIT_SECONDS = 120;

/** Calls the API at a base URL. Waits where the API says how long, and says so. */
export const createCaller = (baseUrl: string, token: string | undefined, say: (line: string) => void) => {
  const call = async (http: string, body?: object, headers: Record<string, string> = {}): Promise<Answer> => {
    const [method = '', path = ''] = http.split(' ');
    const response = await fetch(baseUrl + path, {
      method,
      headers: { ...(token !== undefined && { authorization: `Bearer ${token}` }), ...headers },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    const answer = { status: response.status, headers: response.headers, body: parsed(text) };
    const seconds = Number(response.headers.get('retry-after') ?? 0);
    if (response.status !== 429 || seconds < 1 || seconds > MAX_WAIT_SECONDS) return answer;
    say(`     ${describe(answer)}: waiting for ${seconds} s`);
    await sleep(seconds * 1_000);
    return call(http, body, headers);
  };
  return call;
};

export type Call = ReturnType<typeof createCaller>;

const parsed = (text: string): Answer['body'] => {
  try {
    return JSON.parse(text);
  } catch {
    return { message: text.slice(0, 200) };
  }
};

/** An answer in a few words: its status, and what it refuses with. */
export const describe = ({ status, body }: Answer): string =>
  status < 300 ? String(status) : `${status} ${body.message ?? ''}`.trim();
