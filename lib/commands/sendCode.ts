import { drawDigits } from '../codes/digits.ts';
import { hashCode, type KeyedHash } from '../codes/keyedHash.ts';
import type { CodeKind } from '../domain/code.ts';
import { type Decide, run } from '../domain/decision.ts';
import type { PhoneNumber } from '../domain/phoneNumber.ts';
import { type HashedCode, isFirstLoginOfDay, pending } from '../domain/sending.ts';
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

/**
 * The command handler of a decision that sends a code: a fresh one for each attempt, of which only the committed one goes out,
 * after every budget has given its leave.
 */
export const sendCode =
  <Input>(
    { key, limits, sender, host }: Sending,
    purpose: CodeKind,
    decide: Decide<HashedCode | undefined>,
    numberOf: (user: User, input: Input) => PhoneNumber | undefined,
  ): CommandHandler<Input> =>
  async (user, input, request, context) => {
    const number = numberOf(user, input);
    const unsealed = number && { ...number, hash: '' };
    const draft = run(decide, user, unsealed, context);
    if (!number || draft.events.length === 0) return { outcome: draft };

    const { phone } = number;
    const digits = drawDigits(purpose === 'PHONE' ? 6 : context.policy.otpSmsDigits);
    const hash = await hashCode(key, { userId: request.userId, purpose, phone }, digits, request.signal);
    const body = messageText(purpose, chooseLanguage(request.languages), digits, host);
    const message = { to: phone, body, timeToLive: context.policy.codeLife };
    const outcome = run(decide, user, { ...number, hash }, context);
    return {
      outcome,
      effect: {
        subject: `${purpose} ${phone}`,
        reserve: () =>
          limits.take(
            {
              kind: purpose,
              phone,
              country: number.country ?? 'none',
              nets: request.sourceNets,
              evenIfShareIsSpent: purpose === 'OTP_SMS' && isFirstLoginOfDay(user, context),
            },
            pending(purpose, user, context),
            request.signal,
          ),
        run: () => sender.send(message, request.signal).catch(telling(pending(purpose, outcome.after, context))),
      },
    };
  };

/** A message that failed may have arrived all the same: the refusal tells the code it was about. */
const telling =
  (metadata: Readonly<Record<string, string>>) =>
  (error: unknown): never => {
    if (!(error instanceof ApiError)) throw error;
    const { reason, retryAfter, cause } = error;
    throw new ApiError(reason, { metadata, cause, ...(retryAfter !== undefined && { retryAfter }) });
  };
