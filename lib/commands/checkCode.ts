import { hashCode, type KeyedHash } from '../codes/keyedHash.ts';
import type { Code, CodeKind } from '../domain/code.ts';
import { type Decide, run } from '../domain/decision.ts';
import type { User } from '../domain/user.ts';
import type { CommandHandler } from './command.ts';

/** How a typed code is judged. */
export type CodeToCheck<Input, Command> = {
  readonly kind: CodeKind;
  readonly decide: Decide<Command & { readonly hash: string }>;
  readonly codeOf: (user: User) => Code | undefined;
  /** What the decision needs beside the code. */
  readonly commandOf: (input: Input) => Command;
};

/** The command handler of a decision on a typed code: hashed for the number that the pending code went to. */
export const checkCode =
  <Input extends { readonly code: string }, Command extends object>(
    key: KeyedHash,
    { kind, decide, codeOf, commandOf }: CodeToCheck<Input, Command>,
  ): CommandHandler<Input> =>
  (input, { userId, signal }) =>
  async (user, context) => {
    const phone = codeOf(user)?.phone;
    const hash = phone === undefined ? '' : await hashCode(key, { userId, kind, phone }, input.code, signal);
    return { outcome: run(decide, user, { ...commandOf(input), hash }, context) };
  };
