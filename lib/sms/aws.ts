import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AccessDeniedException,
  ConflictException,
  PinpointSMSVoiceV2Client,
  SendTextMessageCommand,
  ServiceQuotaExceededException,
  ThrottlingException,
  ValidationException,
} from '@aws-sdk/client-pinpoint-sms-voice-v2';
import { clientOptions, sendOptions } from '../aws/clientOptions.ts';
import { isTransientError } from '../aws/isTransientError.ts';
import { ApiError } from '../errors/errors.ts';
import { type SmsReason, smsRefusal } from './refusals.ts';
import type { SmsSender } from './sender.ts';

/** What AWS End User Messaging needs to know of the account. */
export type AwsSmsSettings = {
  /** Pool, phone number or sender id that messages come from. */
  readonly originationIdentity: string;
  readonly protectConfigurationId: string | null;
  readonly configurationSetName: string | null;
  /** US dollars for one message, as a decimal. */
  readonly maxPrice: string;
};

/**
 * Why AWS End User Messaging refuses a number, in this service's words (SendTextMessage, "Errors"). What the operator has to
 * mend is not here, for instance a sandbox that does not know the number, a pool without a number for the country, or a
 * sender id that is not registered: it is INTERNAL, which alarms, and no user is told to change the phone.
 */
const REFUSALS: ReadonlyMap<string, SmsReason> = new Map([
  ['DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION', 'SMS_COUNTRY_BLOCKED'],
  ['DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE', 'SMS_COUNTRY_BLOCKED'],
  ['DESTINATION_COUNTRY_BLOCKED', 'SMS_COUNTRY_BLOCKED'],
  ['COUNTRY_NOT_ENABLED', 'SMS_COUNTRY_BLOCKED'],
  ['INTERNATIONAL_SENDING_NOT_SUPPORTED', 'SMS_COUNTRY_BLOCKED'],
  ['INVALID_IDENTITY_FOR_DESTINATION_COUNTRY', 'SMS_COUNTRY_BLOCKED'],
  ['SENDER_ID_NOT_SUPPORTED', 'SMS_COUNTRY_BLOCKED'],
  ['DESTINATION_PHONE_NUMBER_OPTED_OUT', 'SMS_OPTED_OUT'],
  ['PRICE_OVER_THRESHOLD', 'SMS_PRICE_TOO_HIGH'],
  ['MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT', 'SMS_SPEND_LIMIT_REACHED'],
]);

/** Milliseconds for the one attempt: for the head of the answer, and between two pieces of it. */
const ATTEMPT_TIMEOUT_MS = 3_000;

/** How often a message is offered at the most, while the answer is that there are too many: it was not accepted then. */
const MAX_OFFERS = 3;

/** Milliseconds before a throttled message is offered again, at random: those that were throttled together come apart. */
const PAUSE_MS = { min: 200, max: 800 };

/**
 * Sends by AWS End User Messaging. It takes no client token, so a request that may have been carried out, for instance
 * since no answer came, is never repeated.
 */
export const createAwsSender = (settings: AwsSmsSettings): SmsSender => {
  const client = new PinpointSMSVoiceV2Client(clientOptions({ maxAttempts: 1, attemptTimeoutMs: ATTEMPT_TIMEOUT_MS }));
  return {
    async send({ to, body, timeToLive }, signal) {
      const input = {
        DestinationPhoneNumber: to,
        MessageBody: body,
        MessageType: 'TRANSACTIONAL',
        OriginationIdentity: settings.originationIdentity,
        MaxPrice: settings.maxPrice,
        TimeToLive: timeToLive,
        ...(settings.protectConfigurationId && { ProtectConfigurationId: settings.protectConfigurationId }),
        ...(settings.configurationSetName && { ConfigurationSetName: settings.configurationSetName }),
      } as const;
      const offer = async (offersLeft: number): Promise<void> => {
        try {
          await client.send(new SendTextMessageCommand(input), sendOptions(signal));
        } catch (cause) {
          if (!(cause instanceof ThrottlingException) || offersLeft === 0) throw cause;
          await sleep(randomInt(PAUSE_MS.min, PAUSE_MS.max), undefined, { signal });
          await offer(offersLeft - 1);
        }
      };
      await offer(MAX_OFFERS - 1).catch((cause: unknown) => {
        throw refusalOf(cause);
      });
    },
  };
};

/** What is neither about the number nor passes by itself is a mistake of ours, which no user can wait for or mend. */
const refusalOf = (error: unknown): ApiError => {
  const cause = explained(error);
  const refusal = isAboutNumber(cause) ? 'SMS_NOT_DELIVERABLE' : REFUSALS.get(reasonOf(cause));
  if (refusal) return smsRefusal(refusal, cause);
  // An answer that cannot be read says nothing of the message either.
  const isUnknown = isTransientError(cause) || cause instanceof SyntaxError;
  return isUnknown ? smsRefusal('SMS_UNAVAILABLE', cause) : new ApiError('INTERNAL', { cause });
};

const REASONED = [AccessDeniedException, ConflictException, ServiceQuotaExceededException, ValidationException];

const reasonOf = (error: unknown): string =>
  (REASONED.some((kind) => error instanceof kind) && (error as ValidationException).Reason) || '';

const invalidFields = (error: unknown): readonly string[] =>
  error instanceof ValidationException ? (error.Fields ?? []).map(({ Name }) => Name ?? '') : [];

/** The number itself is at fault, not another parameter of ours. */
const isAboutNumber = (error: unknown): boolean =>
  ['INVALID_PARAMETER', 'FIELD_VALIDATION_FAILED'].includes(reasonOf(error)) &&
  invalidFields(error).every((field) => /^DestinationPhoneNumber$/i.test(field)) &&
  invalidFields(error).length > 0;

/** The error with what the log may tell of it: the reason and the names of fields, never the text, which quotes them. */
const explained = (error: unknown): unknown => {
  const code = [reasonOf(error), ...invalidFields(error)].join(' ').trim();
  return error instanceof Error && code ? Object.assign(error, { code }) : error;
};
