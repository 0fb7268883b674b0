/** OpenID Connect Core, section 2: a subject is at most 255 ASCII characters. */
const SUBJECT = /^[\x20-\x7e]{1,255}$/;

/** Whether something is an id that a user may have: the subject of their access tokens. */
export const isUserId = (value: unknown): value is string => typeof value === 'string' && SUBJECT.test(value);
