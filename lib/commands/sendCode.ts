import { drawChallengeId, hashChallengeId } from '../codes/challengeId.ts';
import { drawDigits } from '../codes/digits.ts';
import { hashCode, type KeyedHash } from '../codes/keyedHash.ts';
import type { CodeKind, Purpose } from '../domain/code.ts';
import { type Decide, run } from '../domain/decision.ts';
import type { PhoneNumber } from '../domain/phoneNumber.ts';
import { type HashedChallenge, isFirstLoginOfDay, pending } from '../domain/sending.ts';
import type { User } from '../domain/user.ts';
import { ApiError } from '../errors/errors.ts';
import { chooseLanguage, messageText } from '../sms/message.ts';
import type { SmsSender } from '../sms/sender.ts';
import type { SendLimits } from '../storage/sendLimits.ts';
import type { CommandHandler } from './command.ts';

/** What sending a code takes. */
export type Sending = {
  readonly key: KeyedHash;
  readonly limits: SendLimits;
  readonly sender: SmsSender;
  /** The origin that codes are bound to. */
  readonly host: string;
};

/** What a code is made for. */
export type CodeToSend<Input> = {
  readonly kind: CodeKind;
  readonly decide: Decide<HashedChallenge | undefined>;
  readonly numberOf: (user: User, input: Input) => PhoneNumber | undefined;
  /** Of a code of the factor. */
  readonly purposeOf?: (input: Input) => Purpose;
};

/**
 * The command handler of a decision that sends a code: a fresh one for each attempt, of which only the committed one
 * goes out, after every budget has given its leave.
 */
export const sendCode =
  <Input>(
    { key, limits, sender, host }: Sending,
    { kind, decide, numberOf, purposeOf = () => 'LOGIN' }: CodeToSend<Input>,
  ): CommandHandler<Input> =>
  (input, request) => {
    const purpose = purposeOf(input);
    const challengeId = drawChallengeId();
    const challengeHash = hashChallengeId(challengeId);
    return async (user, context) => {
      const number = numberOf(user, input);
      const draft = run(decide, user, number && { ...number, purpose, challengeHash, hash: '' }, context);
      if (!number || draft.events.length === 0) return { outcome: draft };

      const { phone } = number;
      const digits = drawDigits(context.policy.codeDigits);
      const hash = await hashCode(key, { userId: request.userId, kind, phone }, digits, request.signal);
      const language = chooseLanguage(request.languages);
      const body = messageText(kind === 'PHONE' ? kind : purpose, language, digits, host);
      const message = { to: phone, body, timeToLive: context.policy.codeLife };
      const outcome = run(decide, user, { ...number, purpose, challengeHash, hash }, context);
      const secrets = kind === 'OTP_SMS' ? { challengeId } : {};
      return {
        outcome,
        secrets,
        effect: {
          subject: `${kind} ${phone}`,
          reserve: () =>
            limits.take(
              {
                kind,
                phone,
                country: number.country ?? 'none',
                nets: request.sourceNets,
                evenIfShareIsSpent: kind === 'OTP_SMS' && isFirstLoginOfDay(user, context),
              },
              pending(kind, user, context),
              request.signal,
            ),
          run: () =>
            sender
              .send(message, request.signal)
              .catch(telling({ ...pending(kind, outcome.after, context), ...secrets })),
        },
      };
    };
  };

/** A message that failed may have arrived all the same: the refusal tells the code it was about, and how to use it. */
const telling =
  (metadata: Readonly<Record<string, string>>) =>
  (error: unknown): never => {
    if (!(error instanceof ApiError)) throw error;
    const { reason, retryAfter, cause } = error;
    throw new ApiError(reason, { metadata, cause, ...(retryAfter !== undefined && { retryAfter }) });
  };
