import { hashCode, type KeyedHash } from '../codes/keyedHash.ts';
import type { Code, CodeKind } from '../domain/code.ts';
import { type Decide, run } from '../domain/decision.ts';
import type { User } from '../domain/user.ts';
import type { CommandHandler } from './command.ts';

/** The command handler of a decision on a guessed code: hashed for the number that the pending code went to. */
export const checkCode =
  <Input extends { readonly code: string }>(
    key: KeyedHash,
    purpose: CodeKind,
    decide: Decide<{ readonly hash: string }>,
    codeOf: (user: User) => Code | undefined,
  ): CommandHandler<Input> =>
  async (user, input, { userId, signal }, context) => {
    const phone = codeOf(user)?.phone;
    const hash = phone === undefined ? '' : await hashCode(key, { userId, purpose, phone }, input.code, signal);
    return { outcome: run(decide, user, { hash }, context) };
  };
