/** A write that waits for a proof of the factor. */
export type Write = { readonly operation: string; readonly body?: object };

/** What is kept while the tab is open, so that a reload loses nothing. No token and no code is. */
type Session = {
  readonly user?: string;
  readonly challengeId?: string;
  /** What the pending challenge is to allow, if it is for a step-up. */
  readonly write?: Write;
};

const KEY = 'otp-sms-factor';

/** What was kept. */
export const readSession = (): Session => JSON.parse(sessionStorage.getItem(KEY) ?? '{}');

/** Keeps these beside what is kept; a value that is undefined is forgotten. */
export const keep = (part: { readonly [Name in keyof Session]: Session[Name] | undefined }): void =>
  sessionStorage.setItem(KEY, JSON.stringify({ ...readSession(), ...part }));
