/** What a field says, and one value of it; a field that holds a message has its examples in the fields of that. */
type FieldText = { readonly description: string; readonly examples?: readonly [string | number | boolean] };

const DETAILS: FieldText = { description: 'The event that the answer is about, and the owner of the user.' };
const VERIFICATION: FieldText = {
  description: 'While a code for the phone is pending: what a form needs to ask for it, and to count down.',
};

const MASKED_PHONE: FieldText = {
  description: 'The number that the code went to, as far as the caller may see it.',
  examples: ['+41*******67'],
};
const EXPIRES_AT: FieldText = {
  description: 'When the code ends. RFC 3339, UTC.',
  examples: ['2026-03-02T08:35:00.000Z'],
};
const RESEND_AT: FieldText = {
  description: 'When another code can be asked for. RFC 3339, UTC.',
  examples: ['2026-03-02T08:31:00.000Z'],
};
const ATTEMPTS_REMAINING: FieldText = { description: 'How many guesses the code has left.', examples: [5] };
const CODE_LENGTH: FieldText = { description: 'How many digits the code has.', examples: [6] };
const CHALLENGE_ID = 'q83vEjRWeJCrze8SNFZ4kA';

/** The texts of all fields by message and JSON name. A test fails while one has none. */
export const FIELDS: Readonly<Record<string, FieldText>> = {
  'zitadel.auth.v1.SetMyPhoneRequest.phone': {
    description: 'The number with its country code, in any spelling.',
    examples: ['+41 79 123 45 67'],
  },
  'zitadel.auth.v1.VerifyMyPhoneRequest.code': {
    description: 'The code as it was typed from the message.',
    examples: ['123456'],
  },
  'otpsms.v1.ChallengeMyOTPSMSRequest.purpose': {
    description:
      'What the code is for; unspecified is login. The message to the phone says so, and a proof is good for nothing else.',
    examples: ['PURPOSE_LOGIN'],
  },
  'otpsms.v1.ChallengeMyOTPSMSRequest.challengeId': {
    description:
      'The id of the pending challenge, to be given that one again: nothing is sent. Leave it out for a code.',
    examples: [CHALLENGE_ID],
  },
  'otpsms.v1.CheckMyOTPSMSRequest.code': {
    description: 'The code as it was typed from the message.',
    examples: ['123456'],
  },
  'otpsms.v1.CheckMyOTPSMSRequest.nonce': {
    description: 'Comes back in the proof, so that whoever asked for it knows that it is theirs.',
    examples: ['n-0S6_WzA2Mj'],
  },
  'otpsms.v1.CheckMyOTPSMSRequest.challengeId': {
    description: 'The id of the challenge that the code belongs to.',
    examples: [CHALLENGE_ID],
  },

  'zitadel.auth.v1.SetMyPhoneResponse.details': DETAILS,
  'zitadel.auth.v1.SetMyPhoneResponse.verification': VERIFICATION,
  'zitadel.auth.v1.VerifyMyPhoneResponse.details': DETAILS,
  'zitadel.auth.v1.ResendMyPhoneVerificationResponse.details': DETAILS,
  'zitadel.auth.v1.ResendMyPhoneVerificationResponse.verification': VERIFICATION,
  'zitadel.auth.v1.GetMyPhoneResponse.details': { description: 'The first and the last event of the user.' },
  'zitadel.auth.v1.GetMyPhoneResponse.phone': { description: 'The number that was set last; none, if none is set.' },
  'zitadel.auth.v1.GetMyPhoneResponse.verification': VERIFICATION,
  'zitadel.auth.v1.AddMyAuthFactorOTPSMSResponse.details': DETAILS,
  'zitadel.auth.v1.ListMyAuthFactorsResponse.result': { description: 'The factors; left out when there is none.' },
  'zitadel.auth.v1.RemoveMyAuthFactorOTPSMSResponse.details': DETAILS,
  'zitadel.auth.v1.RemoveMyPhoneResponse.details': DETAILS,
  'otpsms.v1.ChallengeMyOTPSMSResponse.details': DETAILS,
  'otpsms.v1.ChallengeMyOTPSMSResponse.challenge': { description: 'What a form needs to ask for the code.' },
  'otpsms.v1.CheckMyOTPSMSResponse.details': DETAILS,
  'otpsms.v1.CheckMyOTPSMSResponse.proof': {
    description:
      'A signed JWT that says what was proven, good for five minutes; left out where the deployment gives no proofs. Its keys are at `/.well-known/jwks.json`.',
    examples: ['eyJhbGciOiJFUzI1NiIsInR5cCI6Im90cC1zbXMtcHJvb2Yrand0In0.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl'],
  },

  'zitadel.v1.ObjectDetails.sequence': {
    description: "The number of the user's last event, as decimal digits.",
    examples: ['4'],
  },
  'zitadel.v1.ObjectDetails.creationDate': {
    description: 'When the factor was enrolled, or the user came to be. RFC 3339, UTC.',
    examples: ['2026-03-02T08:30:00.000Z'],
  },
  'zitadel.v1.ObjectDetails.changeDate': {
    description: 'When the last event happened. RFC 3339, UTC.',
    examples: ['2026-03-02T08:30:00.000Z'],
  },
  'zitadel.v1.ObjectDetails.resourceOwner': {
    description: 'The organisation that owns the user.',
    examples: ['69629023906488334'],
  },
  'zitadel.user.v1.Phone.phone': { description: 'The number in its one spelling, E.164.', examples: ['+41791234567'] },
  'zitadel.user.v1.Phone.isPhoneVerified': {
    description: 'Whether the number is verified; left out when it is not.',
    examples: [true],
  },
  'zitadel.user.v1.AuthFactor.state': {
    description: 'Always ready: a factor is enrolled at once, or not at all.',
    examples: ['AUTH_FACTOR_STATE_READY'],
  },
  'zitadel.user.v1.AuthFactor.otpSms': { description: 'The kind of the factor; an empty message.' },
  'otpsms.v1.Challenge.maskedPhone': MASKED_PHONE,
  'otpsms.v1.Challenge.expiresAt': EXPIRES_AT,
  'otpsms.v1.Challenge.resendAt': RESEND_AT,
  'otpsms.v1.Challenge.attemptsRemaining': ATTEMPTS_REMAINING,
  'otpsms.v1.Challenge.challengeId': {
    description: 'The check takes no code without it. Keep it: nobody else is told.',
    examples: [CHALLENGE_ID],
  },
  'otpsms.v1.Challenge.codeLength': CODE_LENGTH,
  'otpsms.v1.Challenge.purpose': { description: 'What the code is for.', examples: ['PURPOSE_LOGIN'] },
  'otpsms.v1.Verification.maskedPhone': MASKED_PHONE,
  'otpsms.v1.Verification.expiresAt': EXPIRES_AT,
  'otpsms.v1.Verification.resendAt': RESEND_AT,
  'otpsms.v1.Verification.attemptsRemaining': ATTEMPTS_REMAINING,
  'otpsms.v1.Verification.codeLength': CODE_LENGTH,
};
