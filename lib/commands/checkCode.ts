import { hashCode, type KeyedHash } from '../codes/keyedHash.ts';
import type { Code, Purpose } from '../domain/code.ts';
import { type Decide, run } from '../domain/decision.ts';
import type { User } from '../domain/user.ts';
import type { MakePlan } from './execute.ts';

/** The plan of a decision on a guessed code: hashed for the number that the pending code went to. */
export const guessingCode =
  <Input extends { readonly code: string }>(
    key: KeyedHash,
    purpose: Purpose,
    decide: Decide<{ readonly hash: string }>,
    codeOf: (user: User) => Code | undefined,
  ): MakePlan<Input> =>
  async (user, { userId, input, signal }, context) => {
    const phone = codeOf(user)?.phone;
    const hash = phone === undefined ? '' : await hashCode(key, { userId, purpose, phone }, input.code, signal);
    return { outcome: run(decide, user, { hash }, context) };
  };
