/** The id of a challenge that nobody was given, and of the one that a prepared user waits with. */
export const SOME_CHALLENGE = 'A'.repeat(22);

const latest = new Map<string, string>();

/** The `sub` of a request's access token, as far as it has one. */
const subjectOf = (headers: Readonly<Record<string, string>>): string => {
  const claims = /^Bearer [^.]*\.([^.]+)\./.exec(headers.authorization ?? '')?.[1] ?? '';
  try {
    return String(JSON.parse(Buffer.from(claims, 'base64url').toString()).sub);
  } catch {
    return '';
  }
};

/** Keeps the id of a user's challenge as a page does. */
export const keepChallengeId = (headers: Readonly<Record<string, string>>, answer: unknown): void => {
  const { challenge } = (answer ?? {}) as { readonly challenge?: { readonly challengeId?: string } };
  if (challenge?.challengeId !== undefined) latest.set(subjectOf(headers), challenge.challengeId);
};

/** The input of a check with the id of the user's latest challenge, unless it names one. */
export const withChallengeId = <Input extends object>(headers: Readonly<Record<string, string>>, input: Input) => ({
  challengeId: latest.get(subjectOf(headers)) ?? SOME_CHALLENGE,
  ...input,
});

/** A body of a check with the id of the user's latest challenge, unless it is no plain JSON object or names one. */
export const bodyWithChallengeId = (headers: Readonly<Record<string, string>>, body: string): string => {
  try {
    const input = JSON.parse(body);
    const isPlain =
      typeof input === 'object' && input !== null && !Array.isArray(input) && JSON.stringify(input) === body;
    return isPlain ? JSON.stringify(withChallengeId(headers, input)) : body;
  } catch {
    return body;
  }
};
