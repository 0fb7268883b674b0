import type { Purpose } from '../domain/code.ts';
import { type Decide, run } from '../domain/decision.ts';
import type { PhoneNumber } from '../domain/phoneNumber.ts';
import { pending, type Sealed } from '../domain/sending.ts';
import type { User } from '../domain/user.ts';
import type { Call, MakePlan } from '../execute.ts';
import { chooseLanguage, messageText } from '../sms/message.ts';
import type { SmsSender } from '../sms/sender.ts';
import type { SendLimits } from '../storage/sendLimits.ts';
import { drawDigits } from './digits.ts';
import { hashCode, type KeyedHash } from './keyedHash.ts';

/** What sending a code takes. */
export type Sending = {
  readonly key: KeyedHash;
  readonly limits: SendLimits;
  readonly sender: SmsSender;
  /** The origin that codes are bound to. */
  readonly host: string;
};

/**
 * The plan of a decision that sends a code: a fresh one for each attempt, of which only the committed one goes out,
 * after every budget has given its leave.
 */
export const sendingCode =
  <Input>(
    { key, limits, sender, host }: Sending,
    purpose: Purpose,
    decide: Decide<Sealed | undefined>,
    numberOf: (user: User, input: Input) => PhoneNumber | undefined,
  ): MakePlan<Input> =>
  async (user, call, context) => {
    const number = numberOf(user, call.input);
    const unsealed = number && { ...number, hash: '' };
    const draft = run(decide, user, unsealed, context);
    if (!number || draft.events.length === 0) return { outcome: draft };

    const { phone } = number;
    const digits = drawDigits(purpose === 'PHONE' ? 6 : context.policy.otpSmsDigits);
    const hash = await hashCode(key, { userId: call.userId, purpose, phone }, digits, call.signal);
    const body = messageText(purpose, chooseLanguage(call.languages), digits, host);
    return {
      outcome: run(decide, user, { ...number, hash }, context),
      effect: {
        reserve: () => limits.take(subjectsOf(number, call), pending(purpose, user, context), call.signal),
        perform: () => sender.send({ to: phone, body, timeToLive: context.policy.codeLife }, call.signal),
      },
    };
  };

const subjectsOf = ({ phone, country }: PhoneNumber, { userId, sourceAddress }: Call<unknown>) => ({
  user: userId,
  number: phone,
  address: sourceAddress,
  country: country ?? 'none',
  service: 'all',
});
