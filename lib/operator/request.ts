import { isUserId } from '../domain/userId.ts';
import { ApiError } from '../errors/errors.ts';

/** What an operator may do for a user. */
export const ACTIONS = ['unlock', 'removeFactor', 'removePhone', 'erase'] as const;

/** What an operator asks for. */
export type SupportRequest = {
  readonly action: (typeof ACTIONS)[number];
  /** The subject of the user's access tokens. */
  readonly userId: string;
  /** Who asks, as they call themselves. */
  readonly operator: string;
  /** Why. */
  readonly reason: string;
};

/** Words that a person writes, on one line. */
const isText = (value: unknown): value is string =>
  typeof value === 'string' && /^[^\p{Cc}\p{Zl}\p{Zp}]{1,200}$/u.test(value) && value.trim() !== '';

/** What each field must be, and what is said where it is not. */
const FIELDS: { readonly [Name in keyof SupportRequest]: readonly [(value: unknown) => boolean, string] } = {
  action: [(value) => ACTIONS.some((action) => action === value), `Set it to one of ${ACTIONS.join(', ')}`],
  userId: [isUserId, "Set it to the `sub` of the user's access tokens"],
  operator: [isText, 'Say who you are, in at most 200 characters on one line'],
  reason: [isText, 'Say why, in at most 200 characters on one line; it stays in the log of the user'],
};

/** Reads what an operator asks for. Throws FIELD_INVALID, which says of each wrong field what to set it to. */
export const readSupportRequest = (payload: unknown): SupportRequest => {
  const given: Readonly<Record<string, unknown>> =
    typeof payload === 'object' && payload !== null ? { ...payload } : {};
  const metadata = Object.fromEntries([
    ...Object.entries(FIELDS).flatMap(([name, [holds, line]]) => (holds(given[name]) ? [] : [[name, line]])),
    ...Object.keys(given).flatMap((name) => (Object.hasOwn(FIELDS, name) ? [] : [[name, 'Leave it out: unknown']])),
  ]);
  if (Object.keys(metadata).length > 0) throw new ApiError('FIELD_INVALID', { metadata });
  return given as SupportRequest;
};
