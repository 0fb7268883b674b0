import { isDeepStrictEqual } from 'node:util';
import { EVERY_OPERATION } from '../../support/operations.ts';
import type { Answer, Intent } from '../calls.ts';
import type { MakeRule } from './rule.ts';

type Details = { readonly sequence: string; readonly changeDate: string };

/** A message without the signature of its proof, which is another one each time. */
const unsigned = ({ proof, ...message }: Readonly<Record<string, unknown>>) => ({
  ...message,
  ...(typeof proof === 'string' && { claims: proof.split('.')[1] }),
});

/** Whether a challenge is only shown again. */
const isResumed = ({ operation, body }: Intent): boolean =>
  operation.startsWith('challenge') && body.challengeId !== '';

/** What is answered is recorded, once an intent, and is answered the same each time. */
export const answersAreKept: MakeRule = ({ blame, commitsOf, logOf, isErasedSince }) => {
  const first = new Map<Intent, Answer>();
  return {
    committed({ call }) {
      if (commitsOf(call.intent).length > 1) blame(`${call.name} is recorded twice`);
    },

    erased(userId) {
      for (const intent of first.keys()) if (intent.session.userId === userId) first.delete(intent);
    },

    answered(call, { reason, message }) {
      const { name, intent } = call;
      if (reason === 'INTERNAL') blame(`${name} is answered INTERNAL`);
      if (!message || isErasedSince(call)) return;
      const { userId } = intent.session;
      const { details } = message as { readonly details?: Details };
      if (details) {
        const event = logOf(userId)[Number(details.sequence) - 1];
        if (event?.createdAt !== details.changeDate) blame(`${name} is answered by what is not in the log`);
      }
      if (EVERY_OPERATION[intent.operation].reads || isResumed(intent)) return;
      const recorded = commitsOf(intent).at(-1)?.events.at(-1)?.sequence;
      if (String(recorded) !== details?.sequence) blame(`${name} is answered 200, and nothing is recorded`);
      const before = first.get(intent);
      if (before && !isDeepStrictEqual(unsigned(before.message ?? {}), unsigned(message))) {
        blame(`${name} is answered in another way than before`);
      }
      first.set(intent, { reason, message });
    },
  };
};
