import { hashCode, type KeyedHash, macCode } from '../codes/keyedHash.ts';
import type { Code, CodeKind, TypedCode } from '../domain/code.ts';
import { type Decide, run } from '../domain/decision.ts';
import type { User } from '../domain/user.ts';
import type { NumberAttempts } from '../storage/numberAttempts.ts';
import { beside } from './beside.ts';
import type { CommandHandler } from './command.ts';

/** How a typed code is judged. */
type CodeToCheck<Input, Command> = {
  readonly kind: CodeKind;
  readonly decide: Decide<Command & TypedCode>;
  readonly codeOf: (user: User) => Code | undefined;
  /** What the pending code is bound to beside its number and purpose. */
  readonly nonceOf: (code: Code | undefined, input: Input) => string | undefined;
  /** What counts the judged codes of a number, where that is not left to the user's own count. */
  readonly attempts?: NumberAttempts;
  /** What the decision needs beside the code. */
  readonly commandOf: (input: Input) => Command;
};

/**
 * The command handler of a decision on a typed code. It takes one MAC, made beside the loading of the user, and one local
 * hash, whatever was typed, and whether a code is pending or not.
 */
export const checkCode =
  <Input extends { readonly code: string }, Command extends object>(
    key: KeyedHash,
    { kind, decide, codeOf, nonceOf, attempts, commandOf }: CodeToCheck<Input, Command>,
  ): CommandHandler<Input> =>
  (input, { userId, signal }) => {
    const mac = beside(macCode(key, { userId, kind }, input.code, signal));
    return async (user, context) => {
      const code = codeOf(user);
      const { phone = '', purpose = null } = code ?? {};
      const hash = hashCode(await mac, { phone, purpose, nonce: nonceOf(code, input) ?? '' });
      const typed = { hash: isOfLength(code, input.code) ? hash : undefined };
      const outcome = run(decide, user, { ...commandOf(input), ...typed }, context);
      const isCounted = attempts !== undefined && outcome.events.length > 0;
      return { outcome, ...(isCounted && { alongside: await attempts.alongside(outcome, phone, context.now) }) };
    };
  };

const isOfLength = (code: Code | undefined, digits: string): boolean =>
  code === undefined || code.codeLength === digits.length;
