import type { Proofs } from '../auth/proofs.ts';
import type { CommandHandler } from './command.ts';

/** The command handler with the claims of a proof of its success, where proofs are given. */
export const withProof =
  <Input extends { readonly nonce: string }>(
    proofs: Proofs | null,
    handle: CommandHandler<Input>,
  ): CommandHandler<Input> =>
  (input, request) => {
    const decide = handle(input, request);
    if (!proofs) return decide;
    return async (user, context) => {
      const handled = await decide(user, context);
      const { before, after, refusal } = handled.outcome;
      if (refusal || !after.otpSms) return handled;
      const { purpose = 'LOGIN' } = before.otpSmsCode ?? {};
      const { enrolledAt } = after.otpSms;
      const service = context.service && context.editor;
      const proven = { sub: request.userId, nonce: input.nonce, purpose, service, enrolledAt, at: context.now };
      return { ...handled, claims: proofs.claimsOf(proven) };
    };
  };
