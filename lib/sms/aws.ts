import {
  ConflictException,
  PinpointSMSVoiceV2Client,
  SendTextMessageCommand,
  ServiceQuotaExceededException,
  ValidationException,
} from '@aws-sdk/client-pinpoint-sms-voice-v2';
import { DomainError, type Reason } from '../domain/errors.ts';
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

/** Why AWS End User Messaging refuses a message, in this service's words (SendTextMessage, "Errors"). */
const REFUSALS: Readonly<Record<string, Reason>> = {
  DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION: 'SMS_COUNTRY_BLOCKED',
  DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE: 'SMS_COUNTRY_BLOCKED',
  DESTINATION_COUNTRY_BLOCKED: 'SMS_COUNTRY_BLOCKED',
  COUNTRY_NOT_ENABLED: 'SMS_COUNTRY_BLOCKED',
  INTERNATIONAL_SENDING_NOT_SUPPORTED: 'SMS_COUNTRY_BLOCKED',
  DESTINATION_PHONE_NUMBER_OPTED_OUT: 'SMS_OPTED_OUT',
  PRICE_OVER_THRESHOLD: 'SMS_PRICE_TOO_HIGH',
  DESTINATION_PHONE_NUMBER_NOT_VERIFIED: 'SMS_NOT_DELIVERABLE',
  INVALID_PARAMETER: 'SMS_NOT_DELIVERABLE',
  FIELD_VALIDATION_FAILED: 'SMS_NOT_DELIVERABLE',
  MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT: 'SMS_SPEND_LIMIT_REACHED',
};

/** Seconds a client is asked to wait, where waiting helps. */
const RETRY_AFTER: { readonly [R in Reason]?: number } = { SMS_SPEND_LIMIT_REACHED: 3_600, SMS_UNAVAILABLE: 30 };

/** Sends by AWS End User Messaging. It takes no client token, so a request is made once and never repeated. */
export const createAwsSender = (settings: AwsSmsSettings): SmsSender => {
  const client = new PinpointSMSVoiceV2Client({
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
  });
  return {
    async send({ to, body, timeToLive }, signal) {
      const command = new SendTextMessageCommand({
        DestinationPhoneNumber: to,
        MessageBody: body,
        MessageType: 'TRANSACTIONAL',
        OriginationIdentity: settings.originationIdentity,
        MaxPrice: settings.maxPrice,
        TimeToLive: timeToLive,
        ...(settings.protectConfigurationId && { ProtectConfigurationId: settings.protectConfigurationId }),
        ...(settings.configurationSetName && { ConfigurationSetName: settings.configurationSetName }),
      });
      try {
        await client.send(command, signal ? { abortSignal: signal } : {});
      } catch (cause) {
        throw refusalOf(cause);
      }
    },
  };
};

const refusalOf = (cause: unknown): DomainError => {
  const told =
    cause instanceof ConflictException ||
    cause instanceof ServiceQuotaExceededException ||
    cause instanceof ValidationException;
  const reason = (told && REFUSALS[cause.Reason ?? '']) || 'SMS_UNAVAILABLE';
  const retryAfter = RETRY_AFTER[reason];
  return new DomainError(reason, { cause, ...(retryAfter !== undefined && { retryAfter }) });
};
