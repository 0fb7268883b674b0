import { ApiError, ERRORS, type ErrorDetails, type Reason } from '../../lib/errors/errors.ts';
import { httpStatus, toStatus } from '../../lib/errors/status.ts';
import { refusalHeaders } from '../../lib/http/response.ts';
import { OPERATIONS } from '../../lib/operations/index.ts';
import type { Operation } from '../../lib/operations/operation.ts';
import type { Json } from './messages.ts';

/** Those that send a message. */
const SENDING = new Set<Operation>([
  OPERATIONS.setPhone,
  OPERATIONS.resendPhoneVerification,
  OPERATIONS.challengeOtpSms,
]);

/** Those that may want a proof of the factor. */
const WITH_STEP_UP = new Set<Operation>([
  OPERATIONS.setPhone,
  OPERATIONS.resendPhoneVerification,
  OPERATIONS.verifyPhone,
  OPERATIONS.removeOtpSms,
  OPERATIONS.removePhone,
]);

/** The headers that an operation takes beside the access token. */
export const parametersOf = (operation: Operation): readonly Json[] => [
  ...(operation.reads
    ? []
    : [
        {
          name: 'Idempotency-Key',
          in: 'header',
          description: 'Repeats of a request under the same key are answered alike and done once. Best a UUID.',
          schema: { type: 'string', minLength: 1, maxLength: 257 },
          example: '8e03978e-40d5-43e8-bc93-6894a57f9324',
        },
      ]),
  ...(WITH_STEP_UP.has(operation)
    ? [
        {
          name: 'Step-Up-Proof',
          in: 'header',
          description:
            'The proof of a check whose challenge had `PURPOSE_STEP_UP`; wanted when the request would weaken an enrolled factor.',
          schema: { type: 'string' },
          example: 'eyJhbGciOiJFUzI1NiIsInR5cCI6Im90cC1zbXMtcHJvb2Yrand0In0.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl',
        },
      ]
    : []),
  ...(SENDING.has(operation)
    ? [
        {
          name: 'Accept-Language',
          in: 'header',
          description: 'The languages that the message may be in, the best first (RFC 9110).',
          schema: { type: 'string' },
          example: 'de-CH, en;q=0.8',
        },
      ]
    : []),
];

const TYPE = 'type.googleapis.com';

const detail = (name: string, description: string, properties: Readonly<Record<string, Json>>): Json => ({
  type: 'object',
  description,
  required: ['@type', ...Object.keys(properties)],
  properties: {
    '@type': { const: `${TYPE}/${name}`, description: 'Which kind of detail this is.', examples: [`${TYPE}/${name}`] },
    ...properties,
  },
});

/** What every refusal is in JSON. */
export const REFUSAL_SCHEMAS: Readonly<Record<string, Json>> = {
  'google.rpc.Status': {
    type: 'object',
    description: 'A refusal. Decide by the `reason` among the details: texts may change.',
    required: ['code', 'message', 'details'],
    properties: {
      code: { type: 'integer', description: 'google.rpc.Code', examples: [6] },
      message: {
        type: 'string',
        description: 'A text for people, in English, with the id if there is one.',
        examples: ['OTP SMS is already set up (COMMAND-Ad3g2)'],
      },
      details: {
        type: 'array',
        description: 'What programs read.',
        items: {
          oneOf: ['google.rpc.ErrorInfo', 'zitadel.v1.ErrorDetail', 'google.rpc.RetryInfo'].map((name) => ({
            $ref: `#/components/schemas/${name}`,
          })),
        },
      },
    },
  },
  'google.rpc.ErrorInfo': detail('google.rpc.ErrorInfo', 'Why the request was refused; in every refusal.', {
    reason: { $ref: '#/components/schemas/Reason', description: 'Why; stable.', examples: ['OTP_SMS_ALREADY_ADDED'] },
    domain: { type: 'string', description: 'Whose reasons these are.', examples: ['otp-sms-factor'] },
    metadata: {
      type: 'object',
      description:
        'What belongs to the reason: the `field` that is invalid, `attemptsRemaining` after a wrong code, `lockedUntil` or `opensBy` of a lock, `resendAt` and `expiresAt` where no code was sent.',
      additionalProperties: { type: 'string' },
      examples: [{ attemptsRemaining: '4' }],
    },
  }),
  'zitadel.v1.ErrorDetail': detail('zitadel.v1.ErrorDetail', "ZITADEL's id of the refusal, where it has one.", {
    id: { type: 'string', description: 'Stable.', examples: ['COMMAND-Ad3g2'] },
    message: { type: 'string', description: 'The text without the id.', examples: ['OTP SMS is already set up'] },
  }),
  'google.rpc.RetryInfo': detail('google.rpc.RetryInfo', 'When to try again; with the header Retry-After.', {
    retryDelay: { type: 'string', description: 'Seconds, and an `s`.', examples: ['30s'] },
  }),
  Reason: {
    type: 'string',
    description: 'Every reason of a refusal; new ones may be added.',
    enum: Object.keys(ERRORS),
  },
};

const HEADERS: Readonly<Record<string, Json>> = {
  'WWW-Authenticate': {
    description:
      'How to authenticate: `Bearer` (RFC 6750); with `insufficient_user_authentication` a proof is wanted (RFC 9470).',
    schema: { type: 'string' },
    example: refusalHeaders(new ApiError('ACCESS_TOKEN_INVALID'))['www-authenticate'],
  },
  'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer', minimum: 0 }, example: 30 },
};

const refusal = (description: string, headers: readonly string[], reason: Reason, details?: ErrorDetails): Json => {
  const error = new ApiError(reason, details);
  return {
    description,
    ...(headers.length > 0 && { headers: Object.fromEntries(headers.map((name) => [name, HEADERS[name]])) }),
    content: {
      'application/json': { schema: { $ref: '#/components/schemas/google.rpc.Status' }, example: toStatus(error) },
    },
  };
};

const reasonsOf = (status: number): string =>
  (Object.keys(ERRORS) as Reason[])
    .filter((reason) => httpStatus(new ApiError(reason)) === status)
    .map((reason) => `\`${reason}\``)
    .join(', ');

/** The refusals by status. */
export const REFUSALS: Readonly<Record<string, Json>> = {
  401: refusal(`Who asks is not known well enough: ${reasonsOf(401)}.`, ['WWW-Authenticate'], 'ACCESS_TOKEN_INVALID'),
  429: refusal(`Too soon, or too often: ${reasonsOf(429)}.`, ['Retry-After'], 'SMS_TOO_SOON', {
    retryAfter: 30,
    metadata: { resendAt: '2026-03-02T08:31:00.000Z', expiresAt: '2026-03-02T08:35:00.000Z' },
  }),
  503: refusal(`For the moment: ${reasonsOf(503)}.`, ['Retry-After'], 'STORAGE_UNAVAILABLE', { retryAfter: 1 }),
  default: refusal('Refused for another reason.', Object.keys(HEADERS), 'OTP_SMS_ALREADY_ADDED'),
};
