/** What a form needs to know of a code that is pending. */
export type Pending = {
  readonly maskedPhone: string;
  readonly expiresAt: string;
  readonly resendAt: string;
  readonly attemptsRemaining: number;
  readonly codeLength: number;
};

/** A login or step-up code that was asked for. */
export type Challenge = Pending & {
  readonly challengeId: string;
  readonly purpose: 'PURPOSE_LOGIN' | 'PURPOSE_STEP_UP';
};

/** What `GET /users/me/phone` answers. */
export type PhoneAnswer = {
  readonly phone?: { readonly phone: string; readonly isPhoneVerified?: boolean };
  readonly verification?: Pending;
};

/** What `POST /users/me/auth_factors/_search` answers. */
export type FactorsAnswer = { readonly result?: readonly { readonly state: string; readonly otpSms?: object }[] };
