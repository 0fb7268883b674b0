import type { FactorsAnswer, PhoneAnswer } from './answers.ts';
import type { Client } from './client.ts';
import { find } from './dom.ts';

/** What the page knows of the user. */
export type Account = {
  readonly user: string | undefined;
  readonly phone: string | undefined;
  readonly isPhoneVerified: boolean;
  readonly isEnrolled: boolean;
  /** Whether a right login code was entered since the page was loaded. */
  readonly isProven: boolean;
};

/** An account before anybody has signed in. */
export const NOBODY: Account = {
  user: undefined,
  phone: undefined,
  isPhoneVerified: false,
  isEnrolled: false,
  isProven: false,
};

/** What the API knows of the user's phone and factor. */
export const readAccount = async (client: Client) => {
  const [{ phone, verification }, { result = [] }] = await Promise.all([
    client.call<PhoneAnswer>('GET /users/me/phone'),
    client.call<FactorsAnswer>('POST /users/me/auth_factors/_search'),
  ]);
  return {
    phone: phone?.phone,
    isPhoneVerified: phone?.isPhoneVerified === true,
    isEnrolled: result.some(({ otpSms }) => otpSms !== undefined),
    verification,
  };
};

/** Marks each step as done, current or still to come. */
export const showProgress = ({ user, isPhoneVerified, isEnrolled, isProven }: Account): void => {
  const isDone = {
    'sign-in': user !== undefined,
    phone: isPhoneVerified,
    factor: isEnrolled,
    challenge: isEnrolled && isProven,
    removal: false,
  };
  const current = Object.entries(isDone).find(([, done]) => !done)?.[0];
  for (const [name, done] of Object.entries(isDone)) {
    const step = find(`[data-step="${name}"]`, HTMLElement);
    step.dataset.state = name === current ? 'current' : done ? 'done' : 'to-come';
    step.ariaCurrent = name === current ? 'step' : null;
    find('h2 .hidden-text', HTMLElement, step).textContent = done ? ', done' : '';
  }
};
