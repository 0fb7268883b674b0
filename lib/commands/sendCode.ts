import { drawDigits } from '../codes/digits.ts';
import { hashCode, type KeyedHash, macCode } from '../codes/keyedHash.ts';
import { drawNonce } from '../codes/nonce.ts';
import type { CodeKind, Purpose } from '../domain/code.ts';
import { type Decide, run } from '../domain/decision.ts';
import type { PhoneNumber } from '../domain/phoneNumber.ts';
import { type HashedCode, isFirstLoginOfDay, lastSent, pending } from '../domain/sending.ts';
import type { User } from '../domain/user.ts';
import { ApiError } from '../errors/errors.ts';
import { chooseLanguage, messageText } from '../sms/message.ts';
import type { SmsSender } from '../sms/sender.ts';
import type { SendLimits } from '../storage/sendLimits.ts';
import { beside } from './beside.ts';
import type { CommandHandler } from './command.ts';

/** What sending a code takes. */
export type Sending = {
  readonly key: KeyedHash;
  /** What stands for a number in the log. */
  readonly hashPhone: (phone: string) => Promise<string>;
  readonly limits: SendLimits;
  readonly sender: SmsSender;
  /** The origin that codes are bound to. */
  readonly host: string;
};

/** What a code is made for. */
type CodeToSend<Input, OfNonce> = {
  readonly kind: CodeKind;
  readonly decide: Decide<(HashedCode & OfNonce) | undefined>;
  readonly numberOf: (user: User, input: Input) => PhoneNumber | undefined;
  readonly purposeOf: (input: Input) => Purpose | null;
  /** Whether the code is answered in place of being sent; it is sent unless this says so. */
  readonly isAnswered?: (input: Input) => boolean;
  /** What the decision is to know of the nonce that the code is bound to. */
  readonly ofNonce: (nonce: string, input: Input) => OfNonce;
};

/** Of a code that verifies a phone: its nonce is a salt. */
export const VERIFICATION = {
  kind: 'PHONE',
  purposeOf: () => null,
  ofNonce: (salt: string) => ({ salt }),
} as const;

/**
 * The command handler of a decision that sends a code: one a request, whose MAC is made beside the loading of the user,
 * and which goes out once it is committed, after every budget has given its leave.
 */
export const sendCode =
  <Input, OfNonce extends object>(
    { key, hashPhone, limits, sender, host }: Sending,
    { kind, decide, numberOf, purposeOf, isAnswered = () => false, ofNonce }: CodeToSend<Input, OfNonce>,
  ): CommandHandler<Input> =>
  (input, request) => {
    const { userId, signal, languages } = request;
    const { codeDigits, codeLife } = request.context.policy;
    const digits = drawDigits(codeDigits);
    const mac = beside(macCode(key, { userId, kind }, digits, signal));
    const nonce = drawNonce();
    const known = ofNonce(nonce, input);
    const purpose = purposeOf(input);
    const answered = isAnswered(input) ? { verificationCode: digits } : undefined;
    const secrets = answered ?? (purpose === null ? {} : { challengeId: nonce });
    const body = messageText(purpose ?? 'PHONE', chooseLanguage(languages), digits, host);

    return async (user, context) => {
      const number = numberOf(user, input);
      const draft = run(decide, user, number && { ...number, ...known, hash: '', phoneHash: '' }, context);
      if (!number || !draft.events.some(({ type }) => type.endsWith('.code.added'))) return { outcome: draft };

      const { phone } = number;
      const hash = hashCode(await mac, { phone, purpose, nonce });
      const phoneHash = await hashPhone(phone);
      const outcome = run(decide, user, { ...number, ...known, hash, phoneHash }, context);
      if (answered) return { outcome, secrets };
      const sent = { ...pending(kind, outcome.after, context), ...secrets };
      return {
        outcome,
        secrets,
        effect: {
          subject: `${kind} ${phone}`,
          reserve: () => {
            const { country = 'none' } = number;
            const evenIfShareIsSpent = kind === 'OTP_SMS' && isFirstLoginOfDay(user, context);
            const last = lastSent(kind, user);
            const caller = context.service && context.editor;
            const asked = { kind, phone, country, nets: request.sourceNets, caller, last, evenIfShareIsSpent };
            return limits.take(asked, pending(kind, user, context), signal);
          },
          run: () => sender.send({ to: phone, body, timeToLive: codeLife }, signal).catch(telling(sent)),
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
